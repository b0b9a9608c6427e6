import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { BellRing, Plus } from 'lucide-react';
import { useState } from 'react';
import {
  changeDriftPolicy,
  createDriftPolicy,
  DRIFT_TYPES,
  type DriftPolicy,
  type DriftType,
  deleteDriftPolicy,
  IN_APP,
} from '../../../contract/drift.js';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import classes from './DriftRows.module.css';
import { DriftSections } from './DriftSections.js';
import { channelsQuery, policiesQuery, useDrift } from './drift.api.js';
import { typeWords } from './drift.words.js';

const inApp = { value: IN_APP, label: 'In the web app' };

export function PoliciesPage() {
  const { may } = useAppState();
  const query = useQuery(policiesQuery);
  const [editing, setEditing] = useState<DriftPolicy | 'new' | null>(null);
  return (
    <>
      <PageHeader
        title="Drift policies"
        about="Which drift is told to whom. The same news is not told again within some hours, and many at once become one message."
        actions={
          may('drift:write') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEditing('new')}>
              Add a policy
            </Button>
          )
        }
      />
      <DriftSections />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={BellRing} title="Nobody is told">
              Add a policy, so that drift is told to somebody. The timeline shows all of it anyway.
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
      {editing && (
        <PolicyDialog
          policy={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function PolicyRow({ policy, onEdit }: { policy: DriftPolicy; onEdit: () => void }) {
  const { may } = useAppState();
  const change = useDrift(changeDriftPolicy);
  const remove = useDrift(deleteDriftPolicy);
  const names = useChannelNames();
  const params = { policyId: policy.id };
  const { types, frameworks, domains, channels } = policy;
  const told = [
    types.length > 0 ? types.map((type) => typeWords[type]).join(', ') : 'Every type',
    `from ${policy.minSeverity}`,
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
        <Text size="sm">{told.join(' · ')}</Text>
        <Text size="xs" c="dimmed">
          To: {channels.map((id) => names.get(id) ?? id).join(', ') || 'no channel'}
        </Text>
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
          <Button
            size="xs"
            variant="default"
            loading={remove.isPending}
            onClick={() => remove.mutate({ params })}
          >
            Delete
          </Button>
        </Group>
      )}
    </li>
  );
}

function useChannelNames(): Map<string, string> {
  const { data } = useQuery(channelsQuery);
  return new Map([
    [IN_APP, inApp.label],
    ...(data?.items ?? []).map(({ id, name }) => [id, name] as const),
  ]);
}

function PolicyDialog({ policy, onClose }: { policy: DriftPolicy | null; onClose: () => void }) {
  const create = useDrift(createDriftPolicy);
  const change = useDrift(changeDriftPolicy);
  const names = useChannelNames();
  const [name, setName] = useState(policy?.name ?? '');
  const [types, setTypes] = useState<DriftType[]>(policy?.types ?? []);
  const [minSeverity, setMinSeverity] = useState<Severity>(policy?.minSeverity ?? 'medium');
  const [frameworks, setFrameworks] = useState((policy?.frameworks ?? []).join(', '));
  const [domains, setDomains] = useState((policy?.domains ?? []).join(', '));
  const [channels, setChannels] = useState<string[]>(policy?.channels ?? [IN_APP]);
  const [enabled, setEnabled] = useState(policy?.enabled ?? true);
  const listed = (text: string) => text.split(/[\s,]+/).filter(Boolean);
  const body = {
    ...{ name, types, minSeverity, channels, enabled },
    frameworks: listed(frameworks),
    domains: listed(domains.toUpperCase()),
  };
  const submit = () => {
    if (policy) change.mutate({ params: { policyId: policy.id }, body }, { onSuccess: onClose });
    else create.mutate({ body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={policy ? 'Edit the policy' : 'Add a policy'}
      submit="Save"
      busy={create.isPending || change.isPending}
      problem={create.error ?? change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <MultiSelect
        label="Types"
        placeholder={types.length === 0 ? 'Every type' : undefined}
        value={types}
        onChange={(value) => setTypes(DRIFT_TYPES.filter((type) => value.includes(type)))}
        data={DRIFT_TYPES.map((value) => ({ value, label: typeWords[value] }))}
      />
      <NativeSelect
        label="From severity"
        value={minSeverity}
        onChange={({ currentTarget }) =>
          setMinSeverity(SEVERITIES.find((one) => one === currentTarget.value) ?? 'medium')
        }
        data={SEVERITIES.map((value) => ({ value, label: words(value) }))}
      />
      <TextInput
        label="Frameworks"
        description="Slugs, comma-separated; none means every framework"
        value={frameworks}
        onChange={({ currentTarget }) => setFrameworks(currentTarget.value)}
      />
      <TextInput
        label="Domains"
        description="Codes such as IAC, comma-separated; none means every domain"
        value={domains}
        onChange={({ currentTarget }) => setDomains(currentTarget.value)}
      />
      <MultiSelect
        label="Channels"
        value={channels}
        onChange={setChannels}
        data={[...names].map(([value, label]) => ({ value, label }))}
      />
      <Checkbox
        label="Switched on"
        checked={enabled}
        onChange={({ currentTarget }) => setEnabled(currentTarget.checked)}
      />
    </FormDialog>
  );
}
