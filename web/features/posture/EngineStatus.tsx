import { Button, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, RefreshCw } from 'lucide-react';
import type { EngineCheck, EngineHealth } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { age, count, counted, duration, instant, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { engineHealthQuery, useSyncEngine } from './posture.api.js';

/** The health of the compliance engine: its runs, its self-check, and a button to recompute. */
export function EngineStatus() {
  const sync = useSyncEngine();
  const { may } = useAppState();
  return (
    <Section
      title="Compliance engine"
      actions={
        may('compliance:write') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={sync.isPending}
            onClick={() => sync.mutate()}
          >
            Recompute now
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {sync.error && <ProblemAlert problem={sync.error} />}
        {sync.data && (
          <Text size="sm" role="status">
            Recomputed everything in {duration(sync.data.durationMs)}:{' '}
            {sync.data.controlsChanged === 0
              ? 'no control changed.'
              : `${counted(sync.data.controlsChanged, 'control')} changed.`}
          </Text>
        )}
        <Loaded query={useQuery(engineHealthQuery)}>
          {(health) => <Health health={health} />}
        </Loaded>
      </Stack>
    </Section>
  );
}

function Health({ health: { lastRun, fullAt, lastCheck, lastAlarm } }: { health: EngineHealth }) {
  if (!lastRun) {
    return (
      <Text size="sm" c="dimmed">
        The engine has not run yet. It runs after every import.
      </Text>
    );
  }
  const isOld = lastAlarm !== null && lastAlarm.at !== lastCheck?.at;
  return (
    <>
      {lastCheck && lastCheck.wrong > 0 && <Alarm check={lastCheck} />}
      <Facts
        columns
        facts={[
          { label: 'Last run', value: <When at={lastRun.startedAt} /> },
          { label: 'Kind', value: `${words(lastRun.mode)}, ${duration(lastRun.durationMs)}` },
          { label: 'Checks', value: count(lastRun.checks) },
          { label: 'Controls changed', value: count(lastRun.controlsChanged) },
          { label: 'Requirements changed', value: count(lastRun.requirementsChanged) },
          { label: 'Last full run', value: fullAt && <When at={fullAt} /> },
          { label: 'Self-check', value: lastCheck && <When at={lastCheck.at} /> },
          {
            label: 'Self-check result',
            value: lastCheck && (lastCheck.wrong > 0 ? 'found wrong states' : 'all states correct'),
          },
          { label: 'Last alarm', value: isOld ? <When at={lastAlarm.at} /> : null },
        ]}
      />
      {!lastCheck && (
        <Text size="xs" c="dimmed">
          Self-check: not run yet. It compares all states with a full recomputation every night.
        </Text>
      )}
    </>
  );
}

function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={instant(at)}>
      {age(at)}
    </time>
  );
}

function Alarm({ check: { wrong, states } }: { check: EngineCheck }) {
  return (
    <Notice
      tone="red"
      icon={CircleAlert}
      title={`${counted(wrong, 'control state was', 'control states were')} wrong`}
    >
      <Stack gap="xs">
        <Text size="sm">
          The nightly self-check found states that did not match the evidence and corrected them.
          Reports made before it may show the wrong states.
        </Text>
        <List size="sm" style={{ overflowWrap: 'anywhere' }}>
          {states.map(({ controlId, scopeId, stored, computed }) => (
            <List.Item key={`${scopeId} ${controlId}`}>
              <strong>{controlId}</strong>: was {stored}; is {computed}
            </List.Item>
          ))}
        </List>
      </Stack>
    </Notice>
  );
}
