import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  addTarget,
  deleteTarget,
  listTargets,
  type NewTarget,
} from '../../../contract/web-targets.js';
import { apiService } from '../../api/apiService.js';
import { inventoryList } from '../inventory/inventory-list.js';
import type { TargetsSearch } from './targets.search.js';

const targetsKey = ['targets'] as const;

export const targetsQuery = ({ q, kind }: TargetsSearch) =>
  infiniteQueryOptions({
    queryKey: [...targetsKey, 'list', { q, kind }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listTargets, {
        query: {
          ...(q ? { q } : {}),
          ...(kind ? { kind: [kind] } : {}),
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    ...inventoryList,
  });

export function useAddTarget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewTarget) => apiService(addTarget, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: targetsKey }),
  });
}

export function useDeleteTarget(targetId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(deleteTarget, { params: { targetId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: targetsKey }),
  });
}
