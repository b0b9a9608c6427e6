import { Text } from '@mantine/core';
import type { ScheduleRun } from '../../../contract/scan-schedules.js';
import { words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Tag, type Tone } from '../../ui/Tag.js';
import { When } from './When.js';

const tones: Record<ScheduleRun['outcome'], Tone> = {
  started: 'green',
  skipped: 'amber',
  failed: 'red',
};

/** A run of a schedule, with the scan it started or the reason why it started none. */
export function LastRun({ run: { at, outcome, scanId, reason } }: { run: ScheduleRun }) {
  return (
    <>
      <When at={at} /> <Tag tone={tones[outcome]}>{words(outcome)}</Tag>{' '}
      {scanId && (
        <TextLink to="/scans/$scanId" params={{ scanId }} size="sm">
          {outcome === 'started' ? 'Its scan' : 'The other scan'}
        </TextLink>
      )}
      {reason && (
        <Text component="span" size="sm">
          {' '}
          {reason}
        </Text>
      )}
    </>
  );
}
