import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  attestRequirement,
  getFramework,
  getRequirement,
  listFixes,
  listFrameworks,
  withdrawAttestation,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';

export const frameworksQuery = queryOptions({
  queryKey: [...complianceKey, 'frameworks'],
  queryFn: ({ signal }) => apiService(listFrameworks, { signal }),
});

export const frameworkQuery = (frameworkId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'frameworks', frameworkId],
    queryFn: ({ signal }) => apiService(getFramework, { params: { frameworkId }, signal }),
  });

export const requirementQuery = (frameworkId: string, requirementId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'frameworks', frameworkId, 'requirements', requirementId],
    queryFn: ({ signal }) =>
      apiService(getRequirement, { params: { frameworkId, requirementId }, signal }),
  });

/** Failing checks by what fixing them moves. */
export const fixesQuery = (framework?: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'fixes', framework ?? ''],
    queryFn: ({ signal }) => apiService(listFixes, { query: { framework }, signal }),
  });

interface RequirementKey {
  frameworkId: string;
  requirementId: string;
}
export type Attestation = z.input<typeof attestRequirement.body & z.ZodType>;

export const useAttest = (params: RequirementKey) =>
  useComplianceMutation((body: Attestation) => apiService(attestRequirement, { params, body }));

export const useWithdrawAttestation = (params: RequirementKey) =>
  useComplianceMutation(() => apiService(withdrawAttestation, { params }));
