import type { ScanRun } from '../../../contract/orchestration.js';
import { Facts } from '../../ui/Facts.js';
import { age, duration, instant, words } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import { WEB_DEPTHS } from './scan-kinds.js';
import { isActive } from './scan-status.js';

/** The request, its times and who made it. */
export function ScanFacts({ scan }: { scan: ScanRun }) {
  const { id, trigger, requestedBy, createdAt, startedAt, finishedAt, durationMs, estimateMs } =
    scan;
  return (
    <Section title="About this scan">
      <Facts
        facts={[
          { label: 'Requested', value: <When at={createdAt} /> },
          { label: 'By', value: trigger === 'schedule' ? 'schedule' : requestedBy },
          { label: 'Started', value: startedAt && <When at={startedAt} /> },
          { label: 'Ended', value: finishedAt && <When at={finishedAt} /> },
          {
            label: 'Took',
            value: !isActive(scan) && durationMs !== null ? duration(durationMs) : null,
          },
          {
            label: 'Estimated from earlier scans',
            value: estimateMs === null ? null : duration(estimateMs),
          },
          ...optionsOf(scan),
          { label: 'Id', value: id },
        ]}
      />
    </Section>
  );
}

function When({ at }: { at: string }) {
  return (
    <time dateTime={at}>
      {instant(at)} ({age(at)})
    </time>
  );
}

/** The options of the request besides its target. */
function optionsOf({ request }: ScanRun): { label: string; value: string | undefined }[] {
  if (request.kind === 'web') {
    const depth = WEB_DEPTHS.find(({ value }) => value === request.depth);
    return [{ label: 'Depth', value: depth?.label }];
  }
  if (request.kind === 'network') return [{ label: 'Profile', value: words(request.profile) }];
  if (request.kind !== 'cloud') return [];
  return [
    { label: 'Only regions', value: request.regions?.join(', ') },
    { label: 'Only services', value: request.services?.join(', ') },
    { label: 'Only severities', value: request.severities?.join(', ') },
  ];
}
