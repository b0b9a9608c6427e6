import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.js';
import { meKey } from './cache-keys.js';

/** Only transient failures are retried: no connection, and 5xx other than a module's 503. */
function isTransient(problem: unknown): boolean {
  if (!(problem instanceof ApiProblem)) return false;
  return problem.status === 0 || (problem.status >= 500 && problem.status !== 503);
}

export function createQueryClient({ retries = 2 }: { retries?: number } = {}): QueryClient {
  // The session may have ended, or only a password was wrong: asking who is signed in shows which.
  const checkSession = (problem: unknown) => {
    if (!(problem instanceof ApiProblem) || problem.status !== 401) return;
    client.invalidateQueries({ queryKey: meKey });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (problem, { queryKey }) => {
        if (queryKey[0] !== meKey[0]) checkSession(problem);
      },
    }),
    mutationCache: new MutationCache({ onError: checkSession }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, problem) => count < retries && isTransient(problem),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
