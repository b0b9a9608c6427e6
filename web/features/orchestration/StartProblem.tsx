import { LoaderCircle } from 'lucide-react';
import { ApiProblem } from '../../api/api-problem.js';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';

/** Why a scan did not start. When another one of the target is in the way, the way to it. */
export function StartProblem({ problem }: { problem: unknown }) {
  const scanId = scanInTheWay(problem);
  if (!scanId) return <ProblemAlert problem={problem} />;
  return <ScanInTheWay scanId={scanId} />;
}

export function ScanInTheWay({ scanId }: { scanId: string }) {
  return (
    <Notice tone="amber" icon={LoaderCircle} title="A scan of this target is running" urgent>
      One scan of a target runs at a time.{' '}
      <TextLink to="/scans/$scanId" params={{ scanId }} inherit underline="always">
        Look at the running scan
      </TextLink>
    </Notice>
  );
}

/** The endpoint promises its id in `detail` of the 409. */
function scanInTheWay(problem: unknown): string | null {
  if (!(problem instanceof ApiProblem) || problem.status !== 409) return null;
  return /\bscan_\w+/.exec(problem.detail)?.[0] ?? null;
}
