import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ControlDecision, ControlDetail } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { day, words } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import { useWithdrawDecision } from './control.api.js';
import { DecisionDialog } from './DecisionDialog.js';

const kinds: Record<ControlDecision['kind'], string> = {
  not_applicable: 'Declared not applicable',
  override: 'Overridden',
  answer: 'Answered',
};

/** The decision about the control, if any, with buttons to change and withdraw it. */
export function ControlDecisionCard({ control }: { control: ControlDetail }) {
  const [dialog, setDialog] = useState<'decide' | 'withdraw' | null>(null);
  const { may } = useAppState();
  const { decision, contradicted } = control;
  const close = () => setDialog(null);
  return (
    <Section title="Decision" help={contradicted ? <Explain word="contradicted" /> : undefined}>
      <Stack gap="sm">
        {decision ? (
          <>
            <Text size="sm" fw={500}>
              {kinds[decision.kind]}
              {decision.status && `: ${words(decision.status).toLowerCase()}`}
            </Text>
            <Text size="sm">“{decision.justification}”</Text>
            <Facts
              columns
              facts={[
                { label: 'By', value: decision.actor },
                { label: 'Approved by', value: decision.approver },
                { label: 'On', value: day(decision.at) },
                {
                  label: 'Expires',
                  value: decision.expiresAt ? day(decision.expiresAt) : 'never',
                },
              ]}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            No decision: the status follows the evidence.
          </Text>
        )}
        {may('compliance:write') && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDialog('decide')}>
              {decision ? 'Change' : 'Decide'}
            </Button>
            {decision && (
              <Button variant="default" onClick={() => setDialog('withdraw')}>
                Withdraw
              </Button>
            )}
          </Group>
        )}
      </Stack>
      {dialog === 'decide' && <DecisionDialog control={control} onClose={close} />}
      {dialog === 'withdraw' && <WithdrawDialog controlId={control.id} onClose={close} />}
    </Section>
  );
}

function WithdrawDialog({ controlId, onClose }: { controlId: string; onClose: () => void }) {
  const withdraw = useWithdrawDecision(controlId);
  return (
    <FormDialog
      title="Withdraw the decision?"
      submit="Withdraw"
      danger
      busy={withdraw.isPending}
      problem={withdraw.error}
      onSubmit={() => withdraw.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        The status of {controlId} will follow the evidence again, and scores may change.
      </Text>
    </FormDialog>
  );
}
