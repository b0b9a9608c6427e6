import { Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SystemJob } from '../../../contract/scan-operations.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { intervalOf, msOf, UNITS } from './interval.js';
import { cronInWords, overlaps } from './schedule.words.js';
import { type SystemJobChanges, useChangeSystemJob } from './system-job.api.js';
import { timeZones } from './time-zones.js';

interface SystemJobDialogProps {
  job: SystemJob;
  onClose: () => void;
}

export function SystemJobDialog({ job, onClose }: SystemJobDialogProps) {
  const change = useChangeSystemJob(job.id);
  const [by, setBy] = useState<'clock' | 'interval'>(job.everyMs === null ? 'clock' : 'interval');
  const [cron, setCron] = useState(job.cron ?? '0 3 * * *');
  const [timeZone, setTimeZone] = useState(job.timeZone);
  const [every, setEvery] = useState(() => intervalOf(job.everyMs));
  const [overlap, setOverlap] = useState(job.overlap);
  const [errors, setErrors] = useState<{ cron?: string; every?: string }>({});
  const submit = () => {
    const everyMs = msOf(every);
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
    const timing: SystemJobChanges = by === 'clock' ? { cron: cron.trim(), timeZone } : { everyMs };
    change.mutate({ ...timing, overlap }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Change “${job.name}”`}
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
            data={timeZones(job.timeZone)}
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
