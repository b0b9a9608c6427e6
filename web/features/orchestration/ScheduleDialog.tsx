import { Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Schedule } from '../../../contract/scan-operations.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { type ScheduleChanges, useChangeSchedule } from './schedule.api.js';
import { cronInWords, overlaps } from './schedule.words.js';

const UNITS = [
  { label: 'seconds', ms: 1_000 },
  { label: 'minutes', ms: 60_000 },
  { label: 'hours', ms: 3_600_000 },
  { label: 'days', ms: 86_400_000 },
] as const;

interface ScheduleDialogProps {
  schedule: Schedule;
  onClose: () => void;
}

export function ScheduleDialog({ schedule, onClose }: ScheduleDialogProps) {
  const change = useChangeSchedule(schedule.id);
  const [by, setBy] = useState<'clock' | 'interval'>(
    schedule.everyMs === null ? 'clock' : 'interval',
  );
  const [cron, setCron] = useState(schedule.cron ?? '0 3 * * *');
  const [timeZone, setTimeZone] = useState(schedule.timeZone);
  const [every, setEvery] = useState(() => intervalOf(schedule.everyMs));
  const [overlap, setOverlap] = useState(schedule.overlap);
  const [errors, setErrors] = useState<{ cron?: string; every?: string }>({});
  const submit = () => {
    const everyMs = Math.round(Number(every.amount) * unitMs(every.unit));
    const found =
      by === 'clock'
        ? cron.trim().split(/\s+/).length === 5 || cron.trim().startsWith('@')
          ? {}
          : { cron: 'Enter five fields: minute, hour, day, month, weekday' }
        : everyMs >= 1_000
          ? {}
          : { every: 'Enter a number above zero' };
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    const timing: ScheduleChanges = by === 'clock' ? { cron: cron.trim(), timeZone } : { everyMs };
    change.mutate({ ...timing, overlap }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Change “${schedule.name}”`}
      submit="Save"
      busy={change.isPending}
      problem={change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Radio.Group
        label="Runs"
        value={by}
        onChange={(value) => setBy(value === 'interval' ? 'interval' : 'clock')}
      >
        <Group mt="xs">
          <Radio value="clock" label="at fixed times" />
          <Radio value="interval" label="at an interval" />
        </Group>
      </Radio.Group>
      {by === 'clock' ? (
        <>
          <TextInput
            label="Cron expression"
            description={`Minute, hour, day, month, weekday. ${cronInWords(cron)}.`}
            value={cron}
            onChange={(event) => setCron(event.currentTarget.value)}
            error={errors.cron}
            required
          />
          <NativeSelect
            label="Time zone"
            value={timeZone}
            onChange={(event) => setTimeZone(event.currentTarget.value)}
            data={zonesWith(schedule.timeZone)}
          />
        </>
      ) : (
        <Group align="flex-start" gap="xs">
          <TextInput
            label="Every"
            inputMode="decimal"
            value={every.amount}
            onChange={(event) => setEvery({ ...every, amount: event.currentTarget.value })}
            error={errors.every}
            required
            w={140}
          />
          <NativeSelect
            label="Unit"
            value={every.unit}
            onChange={(event) => setEvery({ ...every, unit: event.currentTarget.value })}
            data={UNITS.map(({ label }) => label)}
          />
        </Group>
      )}
      <Radio.Group
        label="If the previous run has not ended"
        value={overlap}
        onChange={(chosen) =>
          setOverlap(overlaps.find(({ value }) => value === chosen)?.value ?? overlap)
        }
      >
        <Stack gap="xs" mt="xs">
          {overlaps.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}

function intervalOf(everyMs: number | null): { amount: string; unit: string } {
  const ms = everyMs ?? 3_600_000;
  const unit = UNITS.findLast((each) => ms % each.ms === 0) ?? UNITS[0];
  return { amount: String(ms / unit.ms), unit: unit.label };
}

function unitMs(label: string): number {
  return UNITS.find((unit) => unit.label === label)?.ms ?? 1_000;
}

/** The time zones this browser knows, and the current one. */
function zonesWith(current: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', current, ...known])];
}
