import { Group, List, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { instant } from '../../ui/format.js';
import { textFields } from '../../ui/text-fields.js';
import { UNITS } from './interval.js';
import { timingQuery } from './schedule.api.js';
import {
  PRESETS,
  serverErrors,
  type TimingDraft,
  type TimingErrors,
  timingOf,
} from './schedule-draft.js';
import { timeZones } from './time-zones.js';

const TYPING_MS = 400;
const LABELS: Record<(typeof PRESETS)[number], string> = {
  hourly: 'Every hour',
  daily: 'Every day',
  weekly: 'Every week',
  monthly: 'Every month',
  cron: 'Cron expression',
  interval: 'At an interval',
};
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAYS_OF_MONTH = Array.from({ length: 28 }, (_, i) => String(i + 1));

interface TimingFieldsProps {
  draft: TimingDraft;
  errors: TimingErrors;
  onChange: (changes: Partial<TimingDraft>) => void;
}

/** When a schedule runs, with its next runs as the server computes them. */
export function TimingFields({ draft, errors, onChange }: TimingFieldsProps) {
  const { preset, every } = draft;
  const text = textFields(draft, errors as Record<string, string>, onChange);
  return (
    <Stack>
      <Group align="flex-start" gap="sm">
        <NativeSelect
          label="Runs"
          value={preset}
          onChange={(event) =>
            onChange({ preset: PRESETS.find((each) => each === event.currentTarget.value) })
          }
          data={PRESETS.map((value) => ({ value, label: LABELS[value] }))}
        />
        {preset === 'weekly' && (
          <NativeSelect
            label="On"
            value={draft.weekday}
            onChange={(event) => onChange({ weekday: event.currentTarget.value })}
            data={WEEKDAYS.map((label, day) => ({ value: String(day), label }))}
          />
        )}
        {preset === 'monthly' && (
          <NativeSelect
            label="On day"
            value={draft.dayOfMonth}
            onChange={(event) => onChange({ dayOfMonth: event.currentTarget.value })}
            data={DAYS_OF_MONTH}
          />
        )}
        {preset !== 'cron' && preset !== 'interval' && (
          <TextInput
            label={preset === 'hourly' ? 'At (minutes count)' : 'At'}
            type="time"
            {...text('time')}
            required
          />
        )}
        {preset === 'interval' && (
          <>
            <TextInput
              label="Every"
              inputMode="decimal"
              value={every.amount}
              onChange={(event) =>
                onChange({ every: { ...every, amount: event.currentTarget.value } })
              }
              error={errors.every}
              required
              w={140}
            />
            <NativeSelect
              label="Unit"
              value={every.unit}
              onChange={(event) =>
                onChange({ every: { ...every, unit: event.currentTarget.value } })
              }
              data={UNITS.slice(1).map(({ label }) => label)}
            />
          </>
        )}
      </Group>
      {preset === 'cron' && (
        <TextInput
          label="Cron expression"
          description="Minute, hour, day, month, weekday."
          {...text('cron')}
          required
        />
      )}
      <Group align="flex-start" gap="sm">
        {preset !== 'interval' && (
          <NativeSelect
            label="Time zone"
            value={draft.timeZone}
            onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
            error={errors.timeZone}
            data={timeZones(draft.timeZone)}
          />
        )}
        <TextInput
          label="Spread over (minutes)"
          description="Each run starts up to this much later."
          inputMode="numeric"
          {...text('jitterMinutes')}
          w={240}
        />
      </Group>
      <NextRuns draft={draft} />
    </Stack>
  );
}

function NextRuns({ draft }: { draft: TimingDraft }) {
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const query = useQuery(timingQuery(timingOf(settled)));
  const said = serverErrors(query.error, '')?.timing;
  const problem = said && Object.values(said)[0];
  return (
    <div role="status" aria-label="Next runs">
      {problem && (
        <Text size="sm" c="var(--tone-red-fg)">
          {problem}
        </Text>
      )}
      {query.data && !problem && (
        <>
          <Text size="sm">Next runs, in your time zone</Text>
          <List size="sm">
            {query.data.nextRuns.map((at) => (
              <List.Item key={at}>
                <time dateTime={at}>{instant(at)}</time>
              </List.Item>
            ))}
          </List>
        </>
      )}
    </div>
  );
}
