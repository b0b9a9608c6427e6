import { Checkbox, MultiSelect, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AvailableFramework } from '../../../contract/compliance.js';
import {
  changeDriftPolicy,
  createDriftPolicy,
  DRIFT_TYPE_LABELS,
  DRIFT_TYPES,
  type DriftPolicy,
  type DriftType,
  IN_APP,
} from '../../../contract/drift.js';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { words } from '../../ui/format.js';
import { availableQuery } from '../frameworks/framework-library.api.js';
import { channelsQuery, useDrift } from './drift.api.js';

const inApp = { value: IN_APP, label: 'In the web app' };

export function useChannelNames(): Map<string, string> {
  const { data } = useQuery(channelsQuery);
  return new Map([
    [IN_APP, inApp.label],
    ...(data?.items ?? []).map(({ id, name }) => [id, name] as const),
  ]);
}

export function PolicyDialog({
  policy,
  onClose,
}: {
  policy: DriftPolicy | null;
  onClose: () => void;
}) {
  const create = useDrift(createDriftPolicy);
  const change = useDrift(changeDriftPolicy);
  const names = useChannelNames();
  const [name, setName] = useState(policy?.name ?? '');
  const [types, setTypes] = useState<DriftType[]>(policy?.types ?? []);
  const [minSeverity, setMinSeverity] = useState<Severity>(policy?.minSeverity ?? 'medium');
  const [frameworks, setFrameworks] = useState<string[]>(policy?.frameworks ?? []);
  const available = useQuery(availableQuery);
  const [domains, setDomains] = useState((policy?.domains ?? []).join(', '));
  const [channels, setChannels] = useState<string[]>(policy?.channels ?? [IN_APP]);
  const [enabled, setEnabled] = useState(policy?.enabled ?? true);
  const listed = (text: string) => text.split(/[\s,]+/).filter(Boolean);
  const body = {
    ...{ name, types, minSeverity, frameworks, channels, enabled },
    domains: listed(domains.toUpperCase()),
  };
  const submit = () => {
    if (policy) change.mutate({ params: { policyId: policy.id }, body }, { onSuccess: onClose });
    else create.mutate({ body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={policy ? 'Edit policy' : 'Add a policy'}
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
        data={DRIFT_TYPES.map((value) => ({ value, label: DRIFT_TYPE_LABELS[value] }))}
      />
      <NativeSelect
        label="Minimum severity"
        value={minSeverity}
        onChange={({ currentTarget }) =>
          setMinSeverity(SEVERITIES.find((one) => one === currentTarget.value) ?? 'medium')
        }
        data={SEVERITIES.map((value) => ({ value, label: words(value) }))}
      />
      <MultiSelect
        label="Frameworks"
        placeholder={frameworks.length === 0 ? 'Every framework' : undefined}
        searchable
        nothingFoundMessage="No framework matches"
        value={frameworks}
        onChange={setFrameworks}
        data={frameworkChoices(available.data?.items ?? [], policy?.frameworks ?? [])}
        error={available.error?.message}
      />
      <TextInput
        label="Domains"
        description="Codes such as IAC, comma-separated; leave empty for every domain"
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
        label="Enabled"
        checked={enabled}
        onChange={({ currentTarget }) => setEnabled(currentTarget.checked)}
      />
    </FormDialog>
  );
}

/** The team's active frameworks, plus those already in the policy, active or not. */
function frameworkChoices(items: readonly AvailableFramework[], chosen: readonly string[]) {
  const known = new Set(items.map(({ id }) => id));
  return [
    ...items
      .filter(({ id, active }) => active || chosen.includes(id))
      .map(({ id, name, version, active }) => ({
        value: id,
        label: `${name} ${version}${active ? '' : ' (inactive)'}`,
      })),
    ...chosen.filter((id) => !known.has(id)).map((id) => ({ value: id, label: id })),
  ];
}
