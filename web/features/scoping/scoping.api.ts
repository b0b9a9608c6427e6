import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  type AccountProfile,
  type EngineSettings,
  getAccountRegions,
  getEngineSettings,
  listAccountProfiles,
  listFrameworkScopes,
  putAccountProfile,
  putAccountRegions,
  putEngineSettings,
  putFrameworkScope,
  removeAccountProfile,
  removeAccountRegions,
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

export type NamedAccount = Pick<AccountProfile, 'provider' | 'accountId'>;

export const regionsQuery = ({ provider, accountId }: NamedAccount) =>
  queryOptions({
    queryKey: [...complianceKey, 'regions', provider, accountId],
    queryFn: ({ signal }) =>
      apiService(getAccountRegions, { params: { provider, accountId }, signal }),
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
  useComplianceMutation((params: NamedAccount) => apiService(removeAccountProfile, { params }));

export const useStateRegions = () =>
  useComplianceMutation(({ provider, accountId, regions }: NamedAccount & { regions: string[] }) =>
    apiService(putAccountRegions, { params: { provider, accountId }, body: { regions } }),
  );

export const useClearRegions = () =>
  useComplianceMutation(({ provider, accountId }: NamedAccount) =>
    apiService(removeAccountRegions, { params: { provider, accountId } }),
  );

export const useSetScope = (frameworkId: string) =>
  useComplianceMutation((body: ScopeDefinition) =>
    apiService(putFrameworkScope, { params: { frameworkId }, body }),
  );

export const useRemoveScope = (frameworkId: string) =>
  useComplianceMutation(() => apiService(removeFrameworkScope, { params: { frameworkId } }));
