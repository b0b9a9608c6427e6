import { List, NumberInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeDriftSettings, DriftSettings } from '../../../contract/drift.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { availableQuery } from '../frameworks/framework-library.api.js';
import { useDrift } from './drift.api.js';

const fields = [
  {
    key: 'expiringDays',
    label: 'Expiry notice',
    description: 'How early to announce the expiry of evidence, decisions and attestations.',
    suffix: ' days',
    min: 1,
    max: 90,
  },
  {
    key: 'repeatHours',
    label: 'Repeat interval',
    description:
      'Before the same notification is sent to the same channel again; 0 sends it every time.',
    suffix: ' hours',
    min: 0,
    max: 168,
  },
  {
    key: 'digestAbove',
    label: 'Digest threshold',
    description: 'Up to this many changes of one run are sent as separate messages, more as one.',
    suffix: ' changes',
    min: 1,
    max: 50,
  },
] as const;

interface DriftSettingsDialogProps {
  settings: DriftSettings;
  onClose: () => void;
}

export function DriftSettingsDialog({ settings, onClose }: DriftSettingsDialogProps) {
  const change = useDrift(changeDriftSettings);
  const [draft, setDraft] = useState<Record<string, number | string>>({ ...settings });
  const [wrong, setWrong] = useState<ReadonlySet<unknown>>(new Set());
  const submit = () => {
    const body = DriftSettings.safeParse(draft);
    setWrong(new Set(body.error?.issues.map(({ path }) => path[0])));
    if (body.success) change.mutate({ body: body.data }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title="Drift settings"
      submit="Save"
      busy={change.isPending}
      problem={change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {fields.map(({ key, min, max, ...field }) => (
        <NumberInput
          key={key}
          {...field}
          {...{ min, max }}
          clampBehavior="none"
          allowDecimal={key === 'repeatHours'}
          value={draft[key]}
          onChange={(value) => setDraft({ ...draft, [key]: value })}
          error={wrong.has(key) && `From ${min} to ${max}.`}
        />
      ))}
      <TargetScores />
    </FormDialog>
  );
}

/** Read-only: target scores are changed on the frameworks page. */
function TargetScores() {
  const query = useQuery(availableQuery);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        Target scores
      </Text>
      <Text size="xs" c="dimmed">
        You are alerted when a framework’s score drops below its target.{' '}
        <TextLink to="/frameworks" size="xs">
          Change them on the frameworks page
        </TextLink>
      </Text>
      <Loaded query={query}>
        {({ items }) => (
          <List size="sm" aria-label="Target scores">
            {items
              .filter(({ active }) => active)
              .map(({ id, name, version, targetScore }) => (
                <List.Item key={id}>
                  {name} {version}: {targetScore}
                </List.Item>
              ))}
          </List>
        )}
      </Loaded>
    </Stack>
  );
}
