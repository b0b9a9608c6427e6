import { Button, Group, Switch, Text } from '@mantine/core';
import { Pencil, Play } from 'lucide-react';
import { useState } from 'react';
import type { Schedule } from '../../../contract/scan-operations.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { age, instant, words } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Tag, type Tone } from '../../ui/Tag.js';
import { ScheduleDialog } from './ScheduleDialog.js';
import classes from './ScheduleRow.module.css';
import { useChangeSchedule, useRunScheduleNow } from './schedule.api.js';
import { overlaps, timingInWords } from './schedule.words.js';

export function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const [editing, setEditing] = useState(false);
  const { may } = useAppState();
  const change = useChangeSchedule(schedule.id);
  const run = useRunScheduleNow(schedule.id);
  const { name, owner, enabled, nextRunAt, lastRunAt, lastOutcome, lastError, overlap } = schedule;
  const problem = change.error ?? run.error;
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.head}>
        <div className={classes.what}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {name}
            </Text>
            {!enabled && <Tag tone="gray">Off</Tag>}
          </Group>
          <Text size="sm">{timingInWords(schedule)}</Text>
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
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Pencil size={14} aria-hidden />}
              aria-label={`Change ${name}`}
              onClick={() => setEditing(true)}
            >
              Change
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Play size={14} aria-hidden />}
              aria-label={`Run now: ${name}`}
              loading={run.isPending}
              onClick={() => run.mutate()}
            >
              Run now
            </Button>
          </Group>
        )}
      </div>
      <Facts
        columns
        facts={[
          {
            label: 'Next run',
            value: enabled && nextRunAt ? <When at={nextRunAt} /> : 'none while off',
          },
          { label: 'Last run', value: lastRunAt ? <When at={lastRunAt} /> : 'never' },
          { label: 'Outcome', value: lastOutcome && <Outcome outcome={lastOutcome} /> },
          {
            label: 'If still running',
            help: <Explain word="overlap" />,
            value: overlaps.find(({ value }) => value === overlap)?.label,
          },
          { label: 'Owner', value: words(owner.replaceAll('-', ' ')) },
        ]}
      />
      {lastError && (
        <Text size="xs" className={classes.problem}>
          {lastError}
        </Text>
      )}
      {run.isSuccess && (
        <Text size="xs" c="dimmed" role="status">
          Queued; it runs as soon as a worker is free.
        </Text>
      )}
      {problem && <ProblemAlert problem={problem} />}
      {editing && <ScheduleDialog schedule={schedule} onClose={() => setEditing(false)} />}
    </li>
  );
}

const tones: Record<string, Tone> = {
  running: 'blue',
  completed: 'green',
  failed: 'red',
  lost: 'red',
};

function Outcome({ outcome }: { outcome: string }) {
  return <Tag tone={tones[outcome] ?? 'gray'}>{words(outcome)}</Tag>;
}

function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={instant(at)}>
      {isSoon(at) ? 'within a minute' : age(at)}
    </time>
  );
}

function isSoon(at: string): boolean {
  const aheadMs = new Date(at).getTime() - Date.now();
  return aheadMs > 0 && aheadMs < 60_000;
}
