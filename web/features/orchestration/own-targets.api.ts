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
      // What was refused may be allowed now, and the other way round.
      client.invalidateQueries({ queryKey: [...scansKey, 'estimate'] });
    },
  });
}
