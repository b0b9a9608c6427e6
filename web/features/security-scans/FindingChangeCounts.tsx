import type { FindingChanges } from '../../../contract/security-scans.js';
import { count } from '../../ui/format.js';
import classes from './FindingChangeCounts.module.css';

/** How a report or a scan changed the findings. */
export function FindingChangeCounts({ findings }: { findings: FindingChanges }) {
  return (
    <dl className={classes.changes} aria-label="Findings">
      <Change label="Opened" value={findings.opened} />
      <Change label="Reopened" value={findings.reopened} />
      <Change label="Resolved" value={findings.resolved} />
      <Change label="Unchanged" value={findings.unchanged} />
      <Change label="Stale" value={findings.stale} />
    </dl>
  );
}

function Change({ label, value }: { label: string; value: number }) {
  return (
    <div className={classes.change}>
      <dt>{label}</dt>
      <dd className="tabular">{count(value)}</dd>
    </div>
  );
}
