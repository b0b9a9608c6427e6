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

/** In percent, so that a scan that has just started shows a bar. */
const MIN_SHOWN = 2;

/** The progress of a scan, its running time, and the estimated time left. */
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
          value={Math.max(value, MIN_SHOWN)}
          animated={status === 'running'}
          striped={status === 'running'}
          aria-label={`Progress of ${target}`}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" className="tabular">
        {isCancelling && 'Stopping its tools · '}
        {[
          status === 'queued' && 'waiting for a worker',
          status === 'running' && value > 0 && `${value} %`,
          startedAt && `running for ${seconds(elapsedMs)}`,
        ]
          .filter(Boolean)
          .join(' · ')}
        {status === 'running' &&
          leftMs !== null &&
          (leftMs > 1_000 ? ` · about ${seconds(leftMs)} left` : ' · taking longer than usual')}
      </Text>
    </Stack>
  );
}

/** In whole seconds. */
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
