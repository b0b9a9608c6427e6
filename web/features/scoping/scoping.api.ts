import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  type AccountProfile,
  type EngineSettings,
  getEngineSettings,
  listAccountProfiles,
  listFrameworkScopes,
  putAccountProfile,
  putEngineSettings,
  putFrameworkScope,
  removeAccountProfile,
  removeFrameworkScope,
  type ScopeDefinition,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';

export const settingsQuery = queryOptions({
  queryKey: [...complianceKey, 'settings'],
  queryFn: ({ signal }) => apiService(getEngineSettings, { signal }),
});

export const profilesQuery = infiniteQueryOptions({
  queryKey: [...complianceKey, 'profiles'],
  queryFn: ({ pageParam, signal }) =>
    apiService(listAccountProfiles, { query: { limit: 100, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
});

export const scopesQuery = queryOptions({
  queryKey: [...complianceKey, 'scopes'],
  queryFn: ({ signal }) => apiService(listFrameworkScopes, { signal }),
});

export const useChangeSettings = () =>
  useComplianceMutation((body: EngineSettings) => apiService(putEngineSettings, { body }));

export const useSetProfile = () =>
  useComplianceMutation(
    ({ provider, accountId, environment, tags }: Omit<AccountProfile, 'account' | 'seen'>) =>
      apiService(putAccountProfile, {
        params: { provider, accountId },
        body: { environment, tags },
      }),
  );

export const useRemoveProfile = () =>
  useComplianceMutation((params: Pick<AccountProfile, 'provider' | 'accountId'>) =>
    apiService(removeAccountProfile, { params }),
  );

export const useSetScope = (frameworkId: string) =>
  useComplianceMutation((body: ScopeDefinition) =>
    apiService(putFrameworkScope, { params: { frameworkId }, body }),
  );

export const useRemoveScope = (frameworkId: string) =>
  useComplianceMutation(() => apiService(removeFrameworkScope, { params: { frameworkId } }));
