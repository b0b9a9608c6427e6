import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.js';

/** Only transient failures are retried: no connection, and 5xx other than a module's 503. */
function isTransient(problem: unknown): boolean {
  if (!(problem instanceof ApiProblem)) return false;
  return problem.status === 0 || (problem.status >= 500 && problem.status !== 503);
}

export function createQueryClient({ retries = 2 }: { retries?: number } = {}): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, problem) => count < retries && isTransient(problem),
      },
      mutations: { retry: false },
    },
  });
}
