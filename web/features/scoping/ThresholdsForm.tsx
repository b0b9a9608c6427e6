import { Button, Group, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { EngineSettings } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { useChangeSettings } from './scoping.api.js';

const fields = [
  {
    key: 'failShare',
    label: 'Failing share that makes a control not implemented',
    description: 'Share of the results, weighted by severity. Below it the control is partial.',
    share: true,
    min: 5,
    max: 100,
  },
  {
    key: 'evidenceDays',
    label: 'Scan evidence counts for',
    description: 'It is stale after half of this time.',
    share: false,
    min: 1,
    max: 730,
  },
  {
    key: 'answerDays',
    label: 'An answer counts for',
    description: 'Unless it has its own expiry date.',
    share: false,
    min: 1,
    max: 730,
  },
  {
    key: 'autoSatisfyShare',
    label: 'Shared controls answer a requirement at',
    description: 'Share of the requirement they must cover. Below it they only suggest an answer.',
    share: true,
    min: 50,
    max: 100,
  },
] as const;

export function ThresholdsForm({ settings }: { settings: EngineSettings }) {
  const { may } = useAppState();
  const change = useChangeSettings();
  const [draft, setDraft] = useState<Record<string, number | string>>(() =>
    Object.fromEntries(
      fields.map(({ key, share }) => [
        key,
        share ? Math.round(settings[key] * 100) : settings[key],
      ]),
    ),
  );
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const body = Object.fromEntries(
      fields.map(({ key, share }) => [key, Number(draft[key]) / (share ? 100 : 1)]),
    );
    const found = EngineSettings.safeParse(body);
    setErrors(
      Object.fromEntries(
        (found.error?.issues ?? []).map(({ path }) => {
          const field = fields.find(({ key }) => key === path[0]);
          return [String(path[0]), `From ${field?.min ?? 0} to ${field?.max ?? 0}.`];
        }),
      ),
    );
    if (found.success) change.mutate(found.data);
  };
  return (
    <Section title="Thresholds">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {fields.map(({ key, label, description, share, min, max }) => (
              <NumberInput
                key={key}
                label={label}
                description={description}
                suffix={share ? ' %' : ' days'}
                min={min}
                max={max}
                clampBehavior="none"
                allowDecimal={false}
                value={draft[key]}
                onChange={(value) => setDraft({ ...draft, [key]: value })}
                error={errors[key]}
                readOnly={!may('compliance:write')}
              />
            ))}
          </SimpleGrid>
          {change.error && <ProblemAlert problem={change.error} />}
          {may('compliance:write') ? (
            <Group>
              <Button type="submit" loading={change.isPending}>
                Save the thresholds
              </Button>
              <Text size="sm" c="dimmed" role="status">
                {change.isSuccess && 'Saved; every control was re-evaluated.'}
              </Text>
            </Group>
          ) : (
            <Text size="sm" c="dimmed">
              Your role may not change thresholds.
            </Text>
          )}
        </Stack>
      </form>
    </Section>
  );
}
