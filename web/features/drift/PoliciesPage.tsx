import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { BellRing, Plus, Settings2 } from 'lucide-react';
import { useState } from 'react';
import {
  changeDriftPolicy,
  DRIFT_TYPE_LABELS,
  type DriftPolicy,
  type DriftSettings,
  deleteDriftPolicy,
} from '../../../contract/drift.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import classes from './DriftRows.module.css';
import { DriftSections } from './DriftSections.js';
import { DriftSettingsDialog } from './DriftSettingsDialog.js';
import { driftSettingsQuery, policiesQuery, useDrift } from './drift.api.js';
import { PolicyDialog, useChannelNames } from './PolicyDialog.js';

export function PoliciesPage() {
  const { may } = useAppState();
  const query = useQuery(policiesQuery);
  const settings = useQuery(driftSettingsQuery);
  const [editing, setEditing] = useState<DriftPolicy | 'new' | 'settings' | null>(null);
  return (
    <>
      <PageHeader
        title="Drift policies"
        about="Which drift notifications go to which channels."
        actions={
          may('drift:write') && (
            <>
              <Button
                variant="default"
                leftSection={<Settings2 size={16} aria-hidden />}
                onClick={() => setEditing('settings')}
              >
                Settings
              </Button>
              <Button
                leftSection={<Plus size={16} aria-hidden />}
                onClick={() => setEditing('new')}
              >
                Add a policy
              </Button>
            </>
          )
        }
      />
      <DriftSections />
      <Loaded query={settings}>{(current) => <SettingsLine settings={current} />}</Loaded>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={BellRing} title="No policies yet">
              Add a policy to send drift notifications. The timeline shows all drift in any case.
            </EmptyState>
          ) : (
            <Section title="Policies">
              <ul className={classes.rows}>
                {items.map((policy) => (
                  <PolicyRow key={policy.id} policy={policy} onEdit={() => setEditing(policy)} />
                ))}
              </ul>
            </Section>
          )
        }
      </Loaded>
      {editing === 'settings' && settings.data && (
        <DriftSettingsDialog settings={settings.data} onClose={() => setEditing(null)} />
      )}
      {editing && editing !== 'settings' && (
        <PolicyDialog
          policy={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function SettingsLine({ settings }: { settings: DriftSettings }) {
  const { expiringDays, repeatHours, digestAbove } = settings;
  return (
    <Text size="sm" mb="md">
      Expiry is announced {counted(expiringDays, 'day')} ahead. The same notification is repeated{' '}
      {repeatHours > 0 ? `after ${counted(repeatHours, 'hour')} at the earliest` : 'every time'}.
      More than {digestAbove} changes of one run are sent as one message.
    </Text>
  );
}

function PolicyRow({ policy, onEdit }: { policy: DriftPolicy; onEdit: () => void }) {
  const { may } = useAppState();
  const change = useDrift(changeDriftPolicy);
  const remove = useDrift(deleteDriftPolicy);
  const [removing, setRemoving] = useState(false);
  const names = useChannelNames();
  const params = { policyId: policy.id };
  const { types, frameworks, domains, channels } = policy;
  const rules = [
    types.length > 0 ? types.map((type) => DRIFT_TYPE_LABELS[type]).join(', ') : 'Every type',
    `${policy.minSeverity} and above`,
    ...(frameworks.length > 0 ? [frameworks.join(', ')] : []),
    ...(domains.length > 0 ? [domains.join(', ')] : []),
  ];
  return (
    <li className={classes.row} aria-label={policy.name}>
      <Stack gap={4} className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {policy.name}
          </Text>
          <Tag tone={policy.enabled ? 'green' : 'gray'}>{policy.enabled ? 'On' : 'Off'}</Tag>
        </Group>
        <Text size="sm">{rules.join(' · ')}</Text>
        <Text size="xs" c="dimmed">
          To: {channels.map((id) => names.get(id) ?? id).join(', ') || 'no channel'}
        </Text>
        {change.error && <ProblemAlert problem={change.error} />}
      </Stack>
      {may('drift:write') && (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ params, body: { enabled: !policy.enabled } })}
          >
            {policy.enabled ? 'Switch off' : 'Switch on'}
          </Button>
          <Button size="xs" variant="default" onClick={onEdit}>
            Edit
          </Button>
          <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
            Delete
          </Button>
        </Group>
      )}
      {removing && (
        <FormDialog
          title={`Delete “${policy.name}”?`}
          submit="Delete"
          danger
          busy={remove.isPending}
          problem={remove.error}
          onClose={() => setRemoving(false)}
          onSubmit={() => remove.mutate({ params }, { onSuccess: () => setRemoving(false) })}
        >
          <Text size="sm">It stops sending notifications. The timeline still shows all drift.</Text>
        </FormDialog>
      )}
    </li>
  );
}
