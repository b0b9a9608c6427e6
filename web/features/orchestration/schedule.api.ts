import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  changeSchedule,
  listSchedules,
  runScheduleNow,
} from '../../../contract/scan-operations.js';
import { apiService } from '../../api/apiService.js';
import { schedulesKey } from '../../api/cache-keys.js';
import { scansKey } from './scan.api.js';

/** Polled, because the next and the last run change. */
export const schedulesQuery = queryOptions({
  queryKey: schedulesKey,
  queryFn: ({ signal }) => apiService(listSchedules, { signal }),
  refetchInterval: 15_000,
});

export type ScheduleChanges = z.input<typeof changeSchedule.body & z.ZodType>;

export function useChangeSchedule(scheduleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ScheduleChanges) =>
      apiService(changeSchedule, { params: { scheduleId }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
  });
}

export function useRunScheduleNow(scheduleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(runScheduleNow, { params: { scheduleId } }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
        client.invalidateQueries({ queryKey: scansKey }),
      ]),
  });
}
