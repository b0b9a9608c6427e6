import { Progress, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { ScanSummary } from '../../../contract/orchestration.js';
import { duration } from '../../ui/format.js';
import { isActive } from './scan-status.js';

type Timed = Pick<
  ScanSummary,
  'target' | 'status' | 'isCancelling' | 'progress' | 'startedAt' | 'estimateMs'
>;

/** In percent: what has just begun is seen to have begun. */
const LEAST_SHOWN = 2;

/** How far a scan is, for how long it runs, and how long it may still take. */
export function ScanProgress({ scan }: { scan: Timed }) {
  const now = useNow();
  if (!isActive(scan)) return null;
  const { target, status, progress, startedAt, estimateMs, isCancelling } = scan;
  const value = Math.round(progress * 100);
  const elapsedMs = startedAt ? Math.max(0, now - new Date(startedAt).getTime()) : 0;
  const leftMs = estimateMs === null ? null : estimateMs - elapsedMs;
  return (
    <Stack gap={4}>
      <Progress.Root>
        <Progress.Section
          value={Math.max(value, LEAST_SHOWN)}
          animated={status === 'running'}
          striped={status === 'running'}
          aria-label={`Progress of ${target}`}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" className="tabular">
        {isCancelling && 'Its tools are ending · '}
        {[
          status === 'queued' && 'waits for a worker',
          status === 'running' && value > 0 && `${value} %`,
          startedAt && `runs for ${seconds(elapsedMs)}`,
        ]
          .filter(Boolean)
          .join(' · ')}
        {status === 'running' &&
          leftMs !== null &&
          (leftMs > 1_000 ? ` · about ${seconds(leftMs)} left` : ' · takes longer than usual')}
      </Text>
    </Stack>
  );
}

/** Whole seconds, as it ticks. */
function seconds(ms: number): string {
  return duration(Math.max(1_000, Math.round(ms / 1_000) * 1_000));
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  const { start, stop } = useInterval(() => setNow(Date.now()), 1_000);
  useEffect(() => {
    start();
    return stop;
  }, [start, stop]);
  return now;
}
