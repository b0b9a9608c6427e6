import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Send } from 'lucide-react';
import { useState } from 'react';
import {
  type AuditForward,
  changeAuditForward,
  deleteAuditForward,
  sendAuditForward,
} from '../../../contract/audit-forwards.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, counted, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { ShownOnce } from '../../ui/ShownOnce.js';
import { Tag } from '../../ui/Tag.js';
import { NotAllowed } from '../orchestration/NotAllowed.js';
import { SystemSections } from '../platform/SystemSections.js';
import { AddForwardDialog } from './AddForwardDialog.js';
import { auditForwardsQuery, useIdentity } from './identity.api.js';

export function AuditForwardsPage() {
  const { may } = useAppState();
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <PageHeader
        title="Audit forwarding"
        about="Sends each new entry of the audit trail to your log system, in order. After an outage it resumes with the first entry that did not arrive."
        actions={
          may('team:write') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              Add a destination
            </Button>
          )
        }
      />
      <SystemSections />
      {may('team:write') ? (
        <Stack>
          {secret && (
            <ShownOnce title="Secret of the webhook, shown only once" value={secret}>
              The receiver checks the signature of each message with it.
            </ShownOnce>
          )}
          <Forwards />
        </Stack>
      ) : (
        <NotAllowed what="forward the audit trail" />
      )}
      {adding && <AddForwardDialog onClose={() => setAdding(false)} onAdded={setSecret} />}
    </>
  );
}

function Forwards() {
  return (
    <Loaded query={useQuery(auditForwardsQuery)}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState icon={Send} title="The audit trail is not forwarded">
            Add a webhook or a syslog server to keep a copy outside this installation.
          </EmptyState>
        ) : (
          <Section title="Destinations">
            <ul className={classes.rows}>
              {items.map((forward) => (
                <ForwardRow key={forward.id} forward={forward} />
              ))}
            </ul>
          </Section>
        )
      }
    </Loaded>
  );
}

const STATES = {
  up_to_date: { tone: 'green', label: 'Up to date' },
  sending: { tone: 'blue', label: 'Sending' },
  failing: { tone: 'red', label: 'Failing' },
  off: { tone: 'gray', label: 'Paused' },
} as const;

function ForwardRow({ forward }: { forward: AuditForward }) {
  const { id, kind, trail, destination, enabled, state, waiting } = forward;
  const { lastSentAt, failingSince, problem } = forward;
  const [deleting, setDeleting] = useState(false);
  const change = useIdentity(changeAuditForward);
  const send = useIdentity(sendAuditForward);
  const params = { forwardId: id };
  const { tone, label } = STATES[state];
  const failure = change.error ?? send.error;
  return (
    <li className={classes.row} aria-label={destination}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {destination}
          </Text>
          <Tag tone={tone}>{label}</Tag>
        </Group>
        <Text size="xs" c="dimmed">
          {kind === 'webhook' ? 'Webhook' : 'Syslog'} ·{' '}
          {trail === 'team' ? 'trail of this team' : 'trail of the installation'} ·{' '}
          {lastSentAt ? (
            <span title={instant(lastSentAt)}>last sent {age(lastSentAt)}</span>
          ) : (
            'nothing sent yet'
          )}
          {waiting > 0 && ` · ${counted(waiting, 'entry waits', 'entries wait')}`}
        </Text>
        {problem && failingSince && (
          <Text size="xs" role="status">
            Failing since {instant(failingSince)}: {problem}
          </Text>
        )}
        {failure && <ProblemAlert problem={failure} />}
      </div>
      <Group gap="xs">
        {enabled && (
          <Button
            size="xs"
            variant="default"
            loading={send.isPending}
            onClick={() => send.mutate({ params })}
          >
            Send now
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          onClick={() => change.mutate({ params, body: { enabled: !enabled } })}
        >
          {enabled ? 'Pause' : 'Resume'}
        </Button>
        <Button size="xs" variant="default" onClick={() => setDeleting(true)}>
          Delete
        </Button>
      </Group>
      {deleting && <DeleteDialog forward={forward} onClose={() => setDeleting(false)} />}
    </li>
  );
}

function DeleteDialog({ forward, onClose }: { forward: AuditForward; onClose: () => void }) {
  const remove = useIdentity(deleteAuditForward);
  return (
    <FormDialog
      title={`Stop forwarding to ${forward.destination}?`}
      submit="Delete"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate({ params: { forwardId: forward.id } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">Entries that wait are not sent. They stay in the audit trail here.</Text>
    </FormDialog>
  );
}
