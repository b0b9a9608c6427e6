import type { ErrorComponentProps } from '@tanstack/react-router';
import { PageHeader } from '../ui/PageHeader.js';
import { ProblemAlert } from '../ui/ProblemAlert.js';

/** Catches what a page throws, so that the navigation stays usable. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  return (
    <>
      <PageHeader title="This page failed to load" />
      <ProblemAlert problem={error} onRetry={reset} />
    </>
  );
}
