import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  getOwnTargets,
  type OwnTargets,
  putOwnTargets,
} from '../../../contract/scan-operations.js';
import { apiService } from '../../api/apiService.js';
import { scansKey } from './scan.api.js';

export const ownTargetsQuery = queryOptions({
  queryKey: ['own-targets'],
  queryFn: ({ signal }) => apiService(getOwnTargets, { signal }),
});

export function usePutOwnTargets() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: OwnTargets) => apiService(putOwnTargets, { body }),
    onSuccess: (own) => {
      client.setQueryData(ownTargetsQuery.queryKey, own);
      // A rejected scan may be allowed now, and the reverse.
      client.invalidateQueries({ queryKey: [...scansKey, 'estimate'] });
    },
  });
}
