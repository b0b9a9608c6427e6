import { Button, Text, Title, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronRight, RotateCcw } from 'lucide-react';
import { useId } from 'react';
import type { SubJob } from '../../../contract/orchestration.js';
import { useAppState } from '../../app/AppStateContext.js';
import { count, counted, duration, words } from '../../ui/format.js';
import { Coverage } from './Coverage.js';
import { ScanStatusTag } from './ScanStatusTag.js';
import { StartProblem } from './StartProblem.js';
import classes from './SubJobs.module.css';
import { useRetryScan } from './scan.api.js';
import { isActive } from './scan-status.js';
import { ToolLog } from './ToolLog.js';

interface SubJobRowProps {
  scanId: string;
  /** Sub-jobs can be retried once the whole scan has ended. */
  isScanOver: boolean;
  subJob: SubJob;
  opened: boolean;
  onToggle: () => void;
}

export function SubJobRow({ scanId, isScanOver, subJob, opened, onToggle }: SubJobRowProps) {
  const id = useId();
  const { name, tool, status } = subJob;
  const Chevron = opened ? ChevronDown : ChevronRight;
  return (
    <li className={classes.row}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={opened}
        aria-controls={id}
        onClick={onToggle}
      >
        <Chevron size={16} aria-hidden className={classes.chevron} />
        <span>
          <span className={classes.name}>{name === tool ? tool : `${name} (${tool})`}</span>
          <span className={classes.under}>{summaryOf(subJob)}</span>
        </span>
        <ScanStatusTag status={status} />
      </UnstyledButton>
      {opened && (
        <div id={id} className={classes.detail}>
          <SubJobDetail scanId={scanId} isScanOver={isScanOver} subJob={subJob} />
        </div>
      )}
    </li>
  );
}

/** `8 s · 12 of 13 checks · 30 results · 4 opened, 1 resolved`. */
function summaryOf({
  startedAt,
  finishedAt,
  coverage,
  results,
  findings,
  attempt,
}: SubJob): string {
  const took =
    startedAt && finishedAt
      ? duration(new Date(finishedAt).getTime() - new Date(startedAt).getTime())
      : null;
  return [
    took,
    coverage && `${covered(coverage)} ${coverage.unit}`,
    finishedAt && counted(results, 'result'),
    finishedAt &&
      `${count(findings.opened + findings.reopened)} opened, ${count(findings.resolved)} resolved`,
    attempt > 1 && `attempt ${count(attempt)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function covered({ expected, evidenced }: NonNullable<SubJob['coverage']>): string {
  return expected === null ? count(evidenced) : `${count(evidenced)} of ${count(expected)}`;
}

function SubJobDetail({
  scanId,
  isScanOver,
  subJob,
}: Pick<SubJobRowProps, 'scanId' | 'isScanOver' | 'subJob'>) {
  const { may } = useAppState();
  const retry = useRetryScan(scanId);
  const { id, name, status, problem, outcome, coverage, log } = subJob;
  return (
    <>
      {(problem || addsToStatus(outcome)) && (
        <div>
          {addsToStatus(outcome) && (
            <Text size="sm" fw={600}>
              {words(outcome)}
            </Text>
          )}
          {problem && <Text size="sm">{problem}</Text>}
        </div>
      )}
      {isScanOver && status !== 'completed' && may('scans:run') && (
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={14} aria-hidden />}
            loading={retry.isPending}
            onClick={() => retry.mutate(id)}
            aria-label={`Retry this sub-job: ${name}`}
          >
            Retry this sub-job
          </Button>
          {retry.error && <StartProblem problem={retry.error} />}
        </div>
      )}
      <div>
        <Title order={3} mb={4}>
          Coverage
        </Title>
        {coverage ? (
          <Coverage coverage={coverage} />
        ) : (
          <Text size="sm" c="dimmed">
            {isActive(subJob) ? 'Coverage is reported at the end.' : 'Coverage is unknown.'}
          </Text>
        )}
      </div>
      <ToolLog name={name} lines={log} live={status === 'running'} />
    </>
  );
}

/** Whether the outcome adds information to the status. */
function addsToStatus(outcome: SubJob['outcome']): outcome is 'succeeded_with_gaps' | 'timed_out' {
  return outcome === 'succeeded_with_gaps' || outcome === 'timed_out';
}
