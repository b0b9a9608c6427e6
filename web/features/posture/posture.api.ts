import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  getEngineHealth,
  getPosture,
  getPostureAt,
  syncEngine,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { momentOf } from './past-moment.js';

/** Everything that the engine computes stands under this key. */
export const complianceKey = ['compliance'] as const;

export const postureQuery = queryOptions({
  queryKey: [...complianceKey, 'posture'],
  queryFn: ({ signal }) => apiService(getPosture, { signal }),
});

export const pastPostureQuery = (at: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'posture', at],
    queryFn: ({ signal }) => apiService(getPostureAt, { query: { at: momentOf(at) }, signal }),
  });

export const engineHealthQuery = queryOptions({
  queryKey: [...complianceKey, 'engine-health'],
  queryFn: ({ signal }) => apiService(getEngineHealth, { signal }),
});

export function useSyncEngine() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(syncEngine),
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}

const WAITS_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** The engine runs after an import has ended: asks until its run is the newer one, then refreshes. */
export async function refreshAfter(client: QueryClient, endedAt: string): Promise<void> {
  for (const waitMs of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const { lastRun } = await client.fetchQuery({ ...postureQuery, staleTime: 0 });
    if (lastRun && lastRun.startedAt >= endedAt) break;
  }
  await client.invalidateQueries({ queryKey: complianceKey });
}
