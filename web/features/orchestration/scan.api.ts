import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import {
  cancelScan,
  estimateScan,
  getScan,
  listScans,
  retryScan,
  type ScanRun,
  startScan,
} from '../../../contract/orchestration.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, refreshAfter } from '../../api/compliance-cache.js';
import { findingsKey } from '../security-scans/finding.api.js';
import { importsKey } from '../security-scans/import.api.js';
import { ENDED, isActive } from './scan-status.js';
import type { ScansSearch } from './scans.search.js';

export const scansKey = ['scans'] as const;
const POLL_MS = 2_000;
const IDLE_POLL_MS = 15_000;

/** Queued and running scans, polled more often while there are any. */
export const activeScansQuery = queryOptions({
  queryKey: [...scansKey, 'active'],
  queryFn: ({ signal }) =>
    apiService(listScans, { query: { status: ['queued', 'running'], limit: 100 }, signal }),
  refetchInterval: ({ state }) => (state.data?.items.length ? POLL_MS : IDLE_POLL_MS),
});

/** Ended scans, newest first. */
export const scanHistoryQuery = ({ status, kind, target }: ScansSearch) =>
  infiniteQueryOptions({
    queryKey: [...scansKey, 'history', { status, kind, target }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listScans, {
        query: {
          status: status ? [status] : [...ENDED],
          ...(kind ? { kind: [kind] } : {}),
          ...(target ? { target } : {}),
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

export const scanQuery = (scanId: string) =>
  queryOptions({
    queryKey: [...scansKey, 'one', scanId],
    queryFn: ({ signal }) => apiService(getScan, { params: { scanId }, signal }),
    refetchInterval: ({ state }) => (state.data && !isActive(state.data) ? false : POLL_MS),
  });

export type ScanRequestInput = z.input<typeof startScan.body & z.ZodType>;

export const estimateQuery = (request: ScanRequestInput | null) =>
  queryOptions({
    queryKey: [...scansKey, 'estimate', request],
    queryFn: ({ signal }) => {
      if (!request) throw new Error('there is nothing to estimate');
      return apiService(estimateScan, { body: request, signal });
    },
    enabled: request !== null,
    staleTime: 0,
    retry: false,
  });

/** Caches the scan that the server returns and refreshes the lists. */
function useScanMutation<Input>(call: (input: Input) => Promise<ScanRun>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: (scan) => {
      client.setQueryData(scanQuery(scan.id).queryKey, scan);
      client.invalidateQueries({ queryKey: activeScansQuery.queryKey });
      client.invalidateQueries({ queryKey: [...scansKey, 'history'] });
    },
  });
}

export function useStartScan() {
  return useScanMutation((body: ScanRequestInput) => apiService(startScan, { body }));
}

export function useCancelScan(scanId: string) {
  return useScanMutation((_: undefined) => apiService(cancelScan, { params: { scanId } }));
}

/** Retries all failed sub-jobs, or the given one. */
export function useRetryScan(scanId: string) {
  return useScanMutation((subJobId: string | undefined) =>
    apiService(retryScan, { params: { scanId }, body: { subJobId } }),
  );
}

/** Refreshes everything that ended scans may have changed. */
export function refreshAfterScans(client: QueryClient, endedAt: string | null): void {
  const changed = [
    activeScansQuery.queryKey,
    [...scansKey, 'history'],
    findingsKey,
    importsKey,
    complianceKey,
  ];
  for (const queryKey of changed) client.invalidateQueries({ queryKey });
  // Pages that show the posture report the problem themselves.
  if (endedAt) refreshAfter(client, endedAt).catch(() => undefined);
}
