import { Text } from '@mantine/core';
import type { ScanSummary } from '../../../contract/orchestration.js';
import { age, count, counted, duration, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { ScanProgress } from './ScanProgress.js';
import classes from './ScanRow.module.css';
import { ScanStatusTag } from './ScanStatusTag.js';
import { lookOf } from './scan-kinds.js';
import { isActive } from './scan-status.js';

/** A scan in a list. */
export function ScanRow({ scan }: { scan: ScanSummary }) {
  const { id, kind, target, status, isCancelling, problem, createdAt, durationMs } = scan;
  const { label, icon: Icon } = lookOf(kind);
  const active = isActive(scan);
  return (
    <article className={classes.row} aria-label={`${label}: ${target}`}>
      <Icon size={18} aria-hidden className={classes.icon} />
      <div className={classes.what}>
        <div className={classes.head}>
          <TextLink to="/scans/$scanId" params={{ scanId: id }} size="sm" fw={600}>
            {target}
          </TextLink>
          <ScanStatusTag status={status} isCancelling={isCancelling} />
        </div>
        <Text size="xs" c="dimmed" className="tabular">
          {label} · <time title={instant(createdAt)}>{age(createdAt)}</time> · {byWhom(scan)}
          {!active && durationMs !== null && ` · took ${duration(durationMs)}`}
          {partsOf(scan)}
        </Text>
        {active && <ScanProgress scan={scan} />}
        {problem && (
          <Text size="xs" className={classes.problem}>
            {problem}
          </Text>
        )}
      </div>
      {!active && <Changes scan={scan} />}
    </article>
  );
}

export function byWhom({ trigger, requestedBy }: Pick<ScanSummary, 'trigger' | 'requestedBy'>) {
  return trigger === 'schedule' ? 'by schedule' : `by ${requestedBy}`;
}

function partsOf({ subJobs }: ScanSummary): string {
  const total = Object.values(subJobs).reduce((sum, some) => sum + some, 0);
  if (total < 2) return '';
  const failed = subJobs.failed ?? 0;
  return ` · ${counted(total, 'sub-job')}${failed > 0 ? `, ${count(failed)} failed` : ''}`;
}

function Changes({ scan }: { scan: ScanSummary }) {
  const { results, findings } = scan;
  return (
    <div className={classes.numbers}>
      <Text size="sm">{counted(results, 'result')}</Text>
      <Text size="xs" c="dimmed">
        {count(findings.opened + findings.reopened)} opened, {count(findings.resolved)} resolved
      </Text>
    </div>
  );
}
