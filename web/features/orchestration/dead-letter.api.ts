import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { listDeadLetters, retryDeadLetter } from '../../../contract/scan-operations.js';
import { apiService, type ResultOf } from '../../api/apiService.js';
import { scansKey } from './scan.api.js';

export type DeadLetter = ResultOf<typeof listDeadLetters>['items'][number];

export const deadLettersQuery = infiniteQueryOptions({
  queryKey: ['dead-letters'],
  queryFn: ({ pageParam, signal }) =>
    apiService(listDeadLetters, {
      query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
      signal,
    }),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export function useRetryDeadLetter() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (jobId: string) => apiService(retryDeadLetter, { params: { jobId } }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: deadLettersQuery.queryKey }),
        client.invalidateQueries({ queryKey: scansKey }),
      ]),
  });
}
