import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  changeSystemJob,
  listSystemJobs,
  runSystemJob,
} from '../../../contract/scan-operations.js';
import { apiService } from '../../api/apiService.js';

/** Polled, because the next and the last run change. */
export const systemJobsQuery = queryOptions({
  queryKey: ['system-jobs'],
  queryFn: ({ signal }) => apiService(listSystemJobs, { signal }),
  refetchInterval: 15_000,
});

export type SystemJobChanges = z.input<typeof changeSystemJob.body & z.ZodType>;

export function useChangeSystemJob(scheduleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SystemJobChanges) =>
      apiService(changeSystemJob, { params: { scheduleId }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: systemJobsQuery.queryKey }),
  });
}

export function useRunSystemJob(scheduleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(runSystemJob, { params: { scheduleId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: systemJobsQuery.queryKey }),
  });
}
