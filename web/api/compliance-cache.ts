import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { getPosture } from '../../contract/compliance.js';
import { apiService } from './apiService.js';

/** Everything that the compliance engine computes is cached under this key. */
export const complianceKey = ['compliance'] as const;

export const postureQuery = queryOptions({
  queryKey: [...complianceKey, 'posture'],
  queryFn: ({ signal }) => apiService(getPosture, { signal }),
});

/** A mutation that may change any score or status: all of compliance is fetched again after it. */
export function useComplianceMutation<Result, Input = void>(
  mutationFn: (input: Input) => Promise<Result>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}

const WAITS_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** Waits for the engine run that follows a scan or an import, then refreshes everything it computed. */
export async function refreshAfter(client: QueryClient, endedAt: string): Promise<void> {
  for (const waitMs of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const { lastRun } = await client.fetchQuery({ ...postureQuery, staleTime: 0 });
    if (lastRun && lastRun.startedAt >= endedAt) break;
  }
  await client.invalidateQueries({ queryKey: complianceKey });
}
