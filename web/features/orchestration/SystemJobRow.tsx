import { Button, Group, Switch, Text } from '@mantine/core';
import { Pencil, Play } from 'lucide-react';
import { useState } from 'react';
import type { SystemJob } from '../../../contract/scan-operations.js';
import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { words } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Tag, type Tone } from '../../ui/Tag.js';
import classes from './ScheduleRow.module.css';
import { SystemJobDialog } from './SystemJobDialog.js';
import { overlaps, timingInWords } from './schedule.words.js';
import { useChangeSystemJob, useRunSystemJob } from './system-job.api.js';
import { When } from './When.js';

export function SystemJobRow({ job }: { job: SystemJob }) {
  const [editing, setEditing] = useState(false);
  const change = useChangeSystemJob(job.id);
  const run = useRunSystemJob(job.id);
  const { name, owner, enabled, nextRunAt, lastRunAt, lastOutcome, lastError, overlap } = job;
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
          <Text size="sm">{timingInWords(job)}</Text>
        </div>
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
      {editing && <SystemJobDialog job={job} onClose={() => setEditing(false)} />}
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
