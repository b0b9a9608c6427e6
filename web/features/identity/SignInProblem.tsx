import { CircleAlert, Lock } from 'lucide-react';
import { ApiProblem } from '../../api/api-problem.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';

interface SignInProblemProps {
  problem: unknown;
  /** What a 401 means here. */
  wrong: string;
}

/** Why signing in failed; how long an account is locked is in the server’s message. */
export function SignInProblem({ problem, wrong }: SignInProblemProps) {
  if (problem instanceof ApiProblem && problem.code === 'unauthenticated') {
    return (
      <Notice tone="red" icon={CircleAlert} title="Sign-in failed" urgent>
        {wrong}
      </Notice>
    );
  }
  if (problem instanceof ApiProblem && problem.code === 'rate_limited') {
    return (
      <Notice tone="amber" icon={Lock} title="Locked for now" urgent>
        {problem.detail.charAt(0).toUpperCase() + problem.detail.slice(1)}.
      </Notice>
    );
  }
  return problem ? <ProblemAlert problem={problem} /> : null;
}
