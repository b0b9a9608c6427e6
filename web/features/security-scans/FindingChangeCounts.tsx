import type { FindingChanges } from '../../../contract/security-scans.js';
import { count } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import classes from './FindingChangeCounts.module.css';
import type { FindingsSearch } from './findings.search.js';

const LABELS = {
  opened: 'Opened',
  reopened: 'Reopened',
  resolved: 'Resolved',
  unchanged: 'Unchanged',
  stale: 'Stale',
} as const;
type Change = keyof typeof LABELS;

interface FindingChangeCountsProps {
  findings: FindingChanges;
  /** The filters of the findings behind a number. */
  links?: Partial<Record<Change, Partial<FindingsSearch>>>;
}

/** How a report or a scan changed the findings. */
export function FindingChangeCounts({ findings, links = {} }: FindingChangeCountsProps) {
  return (
    <dl className={classes.changes} aria-label="Findings">
      {(Object.keys(LABELS) as Change[]).map((change) => {
        const search = findings[change] > 0 ? links[change] : undefined;
        const shown = count(findings[change]);
        return (
          <div key={change} className={classes.change}>
            <dt>{LABELS[change]}</dt>
            <dd className="tabular">
              {search ? (
                <TextLink
                  to="/findings"
                  search={search}
                  inherit
                  aria-label={`${shown} ${LABELS[change].toLowerCase()}`}
                >
                  {shown}
                </TextLink>
              ) : (
                shown
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** The findings behind the numbers of imports: all of a scan, or one. */
export function changesOf(of: Pick<FindingsSearch, 'importId' | 'scanId'>) {
  return {
    opened: { ...of, change: ['opened'] },
    reopened: { ...of, change: ['reopened'] },
    resolved: { ...of, change: ['resolved'] },
  } satisfies FindingChangeCountsProps['links'];
}
