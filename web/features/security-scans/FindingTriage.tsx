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

/** The triage decision about the finding, with buttons to change it and to reopen the finding. */
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
                  label: 'Expires',
                  value: triage.expiresAt ? day(triage.expiresAt) : 'when the tool stops muting it',
                },
              ]}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {status === 'resolved'
              ? 'Evidence shows that it is fixed or gone.'
              : 'Not triaged yet.'}
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
      title="Reopen the finding?"
      submit="Reopen"
      busy={triage.isPending}
      problem={triage.error}
      onSubmit={() => triage.mutate({ status: 'open' }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">The decision and its reason are withdrawn.</Text>
    </FormDialog>
  );
}
