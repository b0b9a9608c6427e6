import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { undoImport } from '../../../contract/import-undo.js';
import {
  changeReportPlace,
  listReportPlaces,
  type ReportPlace,
} from '../../../contract/report-places.js';
import {
  getImport,
  type ImportStatus,
  listImports,
  listReportFormats,
} from '../../../contract/security-scans.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey } from '../../api/compliance-cache.js';
import { findingsKey } from './finding.api.js';

export const importsKey = ['imports'] as const;

const POLL_MS = 500;

const RUNNING: readonly ImportStatus[] = ['queued', 'reading', 'applying', 'undoing'];

export function isRunning({ status }: { status: ImportStatus }): boolean {
  return RUNNING.includes(status);
}

/** One import, polled while it runs. */
export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: [...importsKey, 'one', importId],
    queryFn: ({ signal }) => apiService(getImport, { params: { importId }, signal }),
    refetchInterval: ({ state }) => (state.data && !isRunning(state.data) ? false : POLL_MS),
  });

export const importsQuery = infiniteQueryOptions({
  queryKey: [...importsKey, 'list'],
  queryFn: ({ pageParam, signal }) =>
    apiService(listImports, {
      query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
      signal,
    }),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export function useUndoImport(importId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(undoImport, { params: { importId } }),
    onSuccess: () =>
      Promise.all(
        [importsKey, findingsKey, complianceKey].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

const reportPlacesKey = ['report-places'] as const;
export const reportPlacesQuery = queryOptions({
  queryKey: reportPlacesKey,
  queryFn: ({ signal }) => apiService(listReportPlaces, { signal }),
});

export function useChangeReportPlace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Pick<ReportPlace, 'provider' | 'accountId' | 'isWhole'>) =>
      apiService(changeReportPlace, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: reportPlacesKey }),
  });
}

/** Changes only with the server's version. */
export const reportFormatsQuery = queryOptions({
  queryKey: ['report-formats'],
  queryFn: ({ signal }) => apiService(listReportFormats, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
