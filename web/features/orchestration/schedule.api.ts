import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import {
  changeScanSchedule,
  createScanSchedule,
  deleteScanSchedule,
  getScanSchedule,
  listScanSchedules,
  previewTiming,
  runScanSchedule,
} from '../../../contract/scan-schedules.js';
import { apiService } from '../../api/apiService.js';
import { schedulesKey } from '../../api/cache-keys.js';
import { scansKey } from './scan.api.js';
import type { SchedulesSearch } from './scans.search.js';

const POLL_MS = 15_000;

/** Polled, because the next and the last run change. */
export const schedulesQuery = ({ kind, q, target }: SchedulesSearch) =>
  infiniteQueryOptions({
    queryKey: [...schedulesKey, 'list', { kind, q, target }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listScanSchedules, {
        query: {
          ...(kind ? { kind: [kind] } : {}),
          ...(q ? { q } : {}),
          ...(target ? { target } : {}),
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const scheduleQuery = (scheduleId: string) =>
  queryOptions({
    queryKey: [...schedulesKey, 'one', scheduleId],
    queryFn: ({ signal }) => apiService(getScanSchedule, { params: { scheduleId }, signal }),
  });

export type Timing = Pick<ScheduleInput, 'cron' | 'everyMs' | 'timeZone'>;

/** The next runs of a timing, or the problem with it. */
export const timingQuery = (timing: Timing | null) =>
  queryOptions({
    queryKey: [...schedulesKey, 'timing', timing],
    queryFn: ({ signal }) => apiService(previewTiming, { query: timing ?? {}, signal }),
    enabled: timing !== null,
    retry: false,
  });

export type ScheduleInput = z.input<typeof createScanSchedule.body & z.ZodType>;
export type ScheduleChanges = z.input<typeof changeScanSchedule.body & z.ZodType>;

/** A call after which schedules, and perhaps scans, have changed. */
function useScheduleMutation<Input, Result>(call: (input: Input) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: schedulesKey }),
        client.invalidateQueries({ queryKey: scansKey }),
      ]),
  });
}

export function useCreateSchedule() {
  return useScheduleMutation((body: ScheduleInput) => apiService(createScanSchedule, { body }));
}

export function useChangeSchedule(scheduleId: string) {
  return useScheduleMutation((body: ScheduleChanges) =>
    apiService(changeScanSchedule, { params: { scheduleId }, body }),
  );
}

export function useRunSchedule(scheduleId: string) {
  return useScheduleMutation((_: undefined) =>
    apiService(runScanSchedule, { params: { scheduleId } }),
  );
}

/** Leaves the deleted one alone: its page is still shown until the next one opens. */
export function useDeleteSchedule(scheduleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(deleteScanSchedule, { params: { scheduleId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: [...schedulesKey, 'list'] }),
  });
}
