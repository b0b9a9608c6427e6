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
    label: 'Announce an end before',
    description: 'Of evidence, decisions and attestations.',
    suffix: ' days',
    min: 1,
    max: 90,
  },
  {
    key: 'repeatHours',
    label: 'Tell the same again after',
    description: 'To the same channel; 0 tells it each time.',
    suffix: ' hours',
    min: 0,
    max: 168,
  },
  {
    key: 'digestAbove',
    label: 'One message for more than',
    description: 'News of one run; up to so many are told one by one.',
    suffix: ' news',
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

/** They belong to the frameworks, and are changed there. */
function TargetScores() {
  const query = useQuery(availableQuery);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        Target scores
      </Text>
      <Text size="xs" c="dimmed">
        Drift tells when a framework’s score falls below its target.{' '}
        <TextLink to="/frameworks" size="xs">
          Change them with the frameworks
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
