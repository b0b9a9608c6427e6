import { CircleAlert, Lock } from 'lucide-react';
import { ApiProblem } from '../../api/api-problem.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';

interface SignInProblemProps {
  problem: unknown;
  /** What a 401 means here; left out: as the server puts it. */
  wrong?: string;
  title?: string;
}

/** Why signing in failed; for how long attempts are refused is in the server’s message. */
export function SignInProblem({ problem, wrong, title = 'Sign-in failed' }: SignInProblemProps) {
  if (problem instanceof ApiProblem && problem.code === 'unauthenticated') {
    return (
      <Notice tone="red" icon={CircleAlert} title={title} urgent>
        {wrong ?? sentence(problem.detail)}
      </Notice>
    );
  }
  if (problem instanceof ApiProblem && problem.code === 'rate_limited') {
    return (
      <Notice tone="amber" icon={Lock} title="Too many attempts" urgent>
        {sentence(problem.detail)}
      </Notice>
    );
  }
  return problem ? <ProblemAlert problem={problem} /> : null;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
