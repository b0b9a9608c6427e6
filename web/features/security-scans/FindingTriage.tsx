import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { day, words } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import { useTriage } from './finding.api.js';
import type { FindingData } from './finding.data.js';
import { TriageDialog } from './TriageDialog.js';

/** What a person decided about the finding, and to decide or open it again. */
export function FindingTriage({ finding }: { finding: FindingData }) {
  const [dialog, setDialog] = useState<'triage' | 'reopen' | null>(null);
  const { may } = useAppState();
  const { id, status, triage } = finding;
  const close = () => setDialog(null);
  return (
    <Section title="Triage">
      <Stack gap="sm">
        {triage ? (
          <>
            <Text size="sm" fw={500}>
              {words(status)}
            </Text>
            <Text size="sm">“{triage.reason}”</Text>
            <Facts
              columns
              facts={[
                { label: 'By', value: triage.actor },
                { label: 'On', value: day(triage.at) },
                {
                  label: 'Until',
                  value: triage.expiresAt ? day(triage.expiresAt) : 'the tool no longer mutes it',
                },
              ]}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {status === 'resolved'
              ? 'Evidence showed it fixed or gone.'
              : 'Nobody has decided about it.'}
          </Text>
        )}
        {may('findings:triage') && (status === 'open' || triage) && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDialog('triage')}>
              {triage ? 'Change' : 'Triage'}
            </Button>
            {triage && (
              <Button variant="default" onClick={() => setDialog('reopen')}>
                Reopen
              </Button>
            )}
          </Group>
        )}
      </Stack>
      {dialog === 'triage' && <TriageDialog findingId={id} onClose={close} />}
      {dialog === 'reopen' && <ReopenDialog findingId={id} onClose={close} />}
    </Section>
  );
}

function ReopenDialog({ findingId, onClose }: { findingId: string; onClose: () => void }) {
  const triage = useTriage(findingId);
  return (
    <FormDialog
      title="Open the finding again?"
      submit="Reopen"
      busy={triage.isPending}
      problem={triage.error}
      onSubmit={() => triage.mutate({ status: 'open' }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">The decision and its reason are taken back.</Text>
    </FormDialog>
  );
}
