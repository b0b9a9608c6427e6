import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { getPosture, syncEngine } from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';

/** Everything that the engine computes stands under this key. */
export const complianceKey = ['compliance'] as const;

export const postureQuery = queryOptions({
  queryKey: [...complianceKey, 'posture'],
  queryFn: ({ signal }) => apiService(getPosture, { signal }),
});

export function useSyncEngine() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(syncEngine),
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}
