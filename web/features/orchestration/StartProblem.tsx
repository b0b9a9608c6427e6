import { LoaderCircle } from 'lucide-react';
import { ApiProblem } from '../../api/api-problem.js';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';

/** Why a scan did not start, with a link when a scan of the same target is running. */
export function StartProblem({ problem }: { problem: unknown }) {
  const scanId = runningScanIn(problem);
  if (!scanId) return <ProblemAlert problem={problem} />;
  return <AlreadyRunning scanId={scanId} />;
}

export function AlreadyRunning({ scanId }: { scanId: string }) {
  return (
    <Notice tone="amber" icon={LoaderCircle} title="A scan of this target is running" urgent>
      A target can only have one scan at a time.{' '}
      <TextLink to="/scans/$scanId" params={{ scanId }} inherit underline="always">
        View the running scan
      </TextLink>
    </Notice>
  );
}

/** The endpoint promises its id in `detail` of the 409. */
function runningScanIn(problem: unknown): string | null {
  if (!(problem instanceof ApiProblem) || problem.status !== 409) return null;
  return /\bscan_\w+/.exec(problem.detail)?.[0] ?? null;
}
