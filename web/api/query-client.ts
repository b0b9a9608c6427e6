import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.js';

/** Only what may pass by itself is tried again: no connection, and 5xx other than a module's 503. */
function mayPass(problem: unknown): boolean {
  if (!(problem instanceof ApiProblem)) return false;
  return problem.status === 0 || (problem.status >= 500 && problem.status !== 503);
}

export function createQueryClient({ retries = 2 }: { retries?: number } = {}): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, problem) => count < retries && mayPass(problem),
      },
      mutations: { retry: false },
    },
  });
}
