import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { age, count, instant, words } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import type { FindingData } from './finding.data.js';

const resolutions = {
  passed: 'the check passed',
  gone: 'the resource is gone',
} as const;

/** When the finding was first and last seen, and how it was resolved. */
export function FindingHistory({ finding }: { finding: FindingData }) {
  const { firstSeenAt, lastSeenAt, verdict, staleSince, resolvedAt, resolvedBy } = finding;
  const { resolution, reopenedCount } = finding;
  return (
    <Section title="History">
      <Facts
        facts={[
          { label: 'First seen', value: <When at={firstSeenAt} /> },
          { label: 'Last seen', value: <When at={lastSeenAt} /> },
          { label: 'Last verdict', value: words(verdict) },
          {
            label: 'Stale since',
            value: staleSince && <When at={staleSince} />,
            help: <Explain word="stale" />,
          },
          { label: 'Resolved', value: resolvedAt && <When at={resolvedAt} /> },
          { label: 'Reason', value: resolution && resolutions[resolution] },
          { label: 'Resolved by import', value: resolvedBy },
          { label: 'Times reopened', value: reopenedCount > 0 ? count(reopenedCount) : null },
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
