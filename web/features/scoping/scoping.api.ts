import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type AccountProfile,
  type EngineSettings,
  getEngineSettings,
  getScoreHistory,
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
import { complianceKey } from '../posture/posture.api.js';

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

/** Every active framework's score at some moments of the last 90 days. */
export const scoresQuery = queryOptions({
  queryKey: [...complianceKey, 'scores'],
  queryFn: ({ signal }) => apiService(getScoreHistory, { query: { points: 31 }, signal }),
});

function useChange<T, R>(change: (given: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}

export const useChangeSettings = () =>
  useChange((body: EngineSettings) => apiService(putEngineSettings, { body }));

export const useSetProfile = () =>
  useChange(
    ({ provider, accountId, environment, tags }: Omit<AccountProfile, 'account' | 'seen'>) =>
      apiService(putAccountProfile, {
        params: { provider, accountId },
        body: { environment, tags },
      }),
  );

export const useRemoveProfile = () =>
  useChange((params: Pick<AccountProfile, 'provider' | 'accountId'>) =>
    apiService(removeAccountProfile, { params }),
  );

export const useSetScope = (frameworkId: string) =>
  useChange((body: ScopeDefinition) =>
    apiService(putFrameworkScope, { params: { frameworkId }, body }),
  );

export const useRemoveScope = (frameworkId: string) =>
  useChange(() => apiService(removeFrameworkScope, { params: { frameworkId } }));
