import { Button, Group, Switch, Text } from '@mantine/core';
import { Pencil, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ScanSchedule } from '../../../contract/scan-schedules.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { ButtonLink } from '../../ui/links.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Tag } from '../../ui/Tag.js';
import { LastRun } from './LastRun.js';
import classes from './ScheduleRow.module.css';
import { lookOf } from './scan-kinds.js';
import { useChangeSchedule, useDeleteSchedule, useRunSchedule } from './schedule.api.js';
import { timingInWords } from './schedule.words.js';
import { When } from './When.js';

export function ScheduleRow({ schedule }: { schedule: ScanSchedule }) {
  const { may } = useAppState();
  const change = useChangeSchedule(schedule.id);
  const run = useRunSchedule(schedule.id);
  const { name, kind, target, enabled, nextRunAt, lastRun, jitterMinutes } = schedule;
  const { label, icon: Icon } = lookOf(kind);
  const problem = change.error ?? run.error;
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.head}>
        <div className={classes.what}>
          <Group gap="xs">
            <Icon size={16} role="img" aria-label={label} />
            <Text size="sm" fw={600}>
              {name}
            </Text>
            {!enabled && <Tag tone="gray">Paused</Tag>}
          </Group>
          {target !== name && <Text size="sm">{target}</Text>}
          <Text size="sm">
            {timingInWords(schedule)}
            {jitterMinutes > 0 && `, spread over ${jitterMinutes} min`}
          </Text>
        </div>
        {may('scans:run') && (
          <Group gap="xs">
            <Switch
              label="On"
              aria-label={`${name}: on`}
              checked={change.isPending ? (change.variables.enabled ?? enabled) : enabled}
              disabled={change.isPending}
              onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
            />
            <ButtonLink
              to="/scans/schedules/$scheduleId"
              params={{ scheduleId: schedule.id }}
              size="compact-sm"
              variant="default"
              leftSection={<Pencil size={14} aria-hidden />}
              aria-label={`Edit ${name}`}
            >
              Edit
            </ButtonLink>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Play size={14} aria-hidden />}
              aria-label={`Run now: ${name}`}
              loading={run.isPending}
              onClick={() => run.mutate(undefined)}
            >
              Run now
            </Button>
            <DeleteSchedule schedule={schedule} />
          </Group>
        )}
      </div>
      <Facts
        columns
        facts={[
          {
            label: 'Next run',
            value: enabled && nextRunAt ? <When at={nextRunAt} /> : 'none while paused',
          },
          { label: 'Last run', value: lastRun ? <LastRun run={lastRun} /> : 'never' },
        ]}
      />
      {run.isSuccess && (
        <Text size="xs" c="dimmed" role="status">
          Queued; it runs as soon as a worker is free.
        </Text>
      )}
      {problem && <ProblemAlert problem={problem} />}
    </li>
  );
}

function DeleteSchedule({ schedule: { id, name } }: { schedule: ScanSchedule }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteSchedule(id);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Trash2 size={14} aria-hidden />}
        aria-label={`Delete ${name}`}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      {asking && (
        <FormDialog
          title={`Delete “${name}”?`}
          submit="Delete the schedule"
          danger
          busy={remove.isPending}
          problem={remove.error}
          onSubmit={() => remove.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <Text size="sm">Its scans and findings are kept.</Text>
        </FormDialog>
      )}
    </>
  );
}
