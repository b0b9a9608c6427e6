import { Button, Code, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { MailCheck, RotateCcw } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { age, counted, instant } from '../../ui/format.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { type DeadLetter, deadLettersQuery, useRetryDeadLetter } from './dead-letter.api.js';
import { ScanSections } from './ScanSections.js';
import classes from './ScheduleRow.module.css';

export function DeadLettersPage() {
  const query = useInfiniteQuery(deadLettersQuery);
  return (
    <>
      <PageHeader
        title="Failed jobs"
        about="Jobs that ran out of retries. Fix the cause, then run them again."
      />
      <ScanSections />
      <PagedItems
        query={query}
        title="Out of retries"
        empty={
          <EmptyState icon={MailCheck} title="No failed jobs">
            Failed scans show their reason on their own page. This list is for failed background
            jobs.
          </EmptyState>
        }
      >
        {(items) => (
          <ul className={classes.rows}>
            {items.map((letter) => (
              <LetterRow key={letter.jobId} letter={letter} />
            ))}
          </ul>
        )}
      </PagedItems>
    </>
  );
}

function LetterRow({ letter }: { letter: DeadLetter }) {
  const { may } = useAppState();
  const retry = useRetryDeadLetter();
  const { jobId, type, payload, attempts, error, createdAt, finishedAt } = letter;
  return (
    <li className={classes.row} aria-label={type}>
      <div className={classes.head}>
        <div className={classes.what}>
          <Text size="sm" fw={600}>
            {type}
          </Text>
          <Text size="xs" c="dimmed" className="tabular">
            {counted(attempts, 'attempt')} · requested{' '}
            <time title={instant(createdAt)}>{age(createdAt)}</time>
            {finishedAt && (
              <>
                {' '}
                · failed <time title={instant(finishedAt)}>{age(finishedAt)}</time>
              </>
            )}
          </Text>
          <Text size="sm" className={classes.problem}>
            {error ?? 'No error was recorded.'}
          </Text>
        </div>
        {may('scans:run') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={14} aria-hidden />}
            aria-label={`Run again: ${type}, ${jobId}`}
            loading={retry.isPending}
            onClick={() => retry.mutate(jobId)}
          >
            Run again
          </Button>
        )}
      </div>
      <details>
        <Text component="summary" size="xs">
          Job details
        </Text>
        <Code block mt={4} tabIndex={0}>
          {JSON.stringify({ jobId, ...asObject(payload) }, null, 2)}
        </Code>
      </details>
      {retry.error && <ProblemAlert problem={retry.error} />}
    </li>
  );
}

function asObject(payload: unknown): Record<string, unknown> {
  return typeof payload === 'object' && payload !== null ? { ...payload } : { payload };
}
