import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  attestRequirement,
  getFramework,
  listFrameworks,
  withdrawAttestation,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey } from '../posture/posture.api.js';

export const frameworksQuery = queryOptions({
  queryKey: [...complianceKey, 'frameworks'],
  queryFn: ({ signal }) => apiService(listFrameworks, { signal }),
});

export const frameworkQuery = (frameworkId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'frameworks', frameworkId],
    queryFn: ({ signal }) => apiService(getFramework, { params: { frameworkId }, signal }),
  });

interface RequirementKey {
  frameworkId: string;
  requirementId: string;
}
export type Attestation = z.input<typeof attestRequirement.body & z.ZodType>;

export function useAttest(params: RequirementKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Attestation) => apiService(attestRequirement, { params, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}

export function useWithdrawAttestation(params: RequirementKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(withdrawAttestation, { params }),
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}
