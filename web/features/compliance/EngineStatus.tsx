import { Button, Stack, Text } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { age, count, duration, instant, words } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { useSyncEngine } from './posture.api.js';
import type { PostureData } from './posture.data.js';

/** The last computation of the engine, and to ask for a whole one. */
export function EngineStatus({ lastRun }: Pick<PostureData, 'lastRun'>) {
  const sync = useSyncEngine();
  const { may } = useAppState();
  return (
    <Section
      title="Last engine run"
      actions={
        may('compliance:write') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={sync.isPending}
            onClick={() => sync.mutate()}
          >
            Recompute
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {sync.error && <ProblemAlert problem={sync.error} />}
        {lastRun ? (
          <Facts
            columns
            facts={[
              {
                label: words(lastRun.mode),
                value: <time title={instant(lastRun.startedAt)}>{age(lastRun.startedAt)}</time>,
              },
              { label: 'Took', value: duration(lastRun.durationMs) },
              { label: 'Checks', value: count(lastRun.checks) },
              { label: 'Controls changed', value: count(lastRun.controlsChanged) },
              { label: 'Requirements changed', value: count(lastRun.requirementsChanged) },
            ]}
          />
        ) : (
          <Text size="sm" c="dimmed">
            The engine has not run yet. It runs after every import.
          </Text>
        )}
      </Stack>
    </Section>
  );
}
