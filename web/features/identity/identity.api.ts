import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { type createApiKey, listApiKeys } from '../../../contract/api-keys.js';
import { listAuditForwards } from '../../../contract/audit-forwards.js';
import type { AnyEndpoint } from '../../../contract/endpoint.js';
import { getSecondFactor } from '../../../contract/second-factor.js';
import { listServiceAccounts } from '../../../contract/service-accounts.js';
import { listSessions } from '../../../contract/sign-in.js';
import {
  getTeam,
  listInvitations,
  listMembers,
  listTeams,
  previewTeamDeletion,
} from '../../../contract/teams.js';
import { listUsers } from '../../../contract/users.js';
import { apiService, type RequestOf, type ResultOf } from '../../api/apiService.js';
import { meKey } from '../../api/cache-keys.js';

export const identityKey = ['identity'] as const;
const key = identityKey;

export const sessionsQuery = queryOptions({
  queryKey: [...key, 'sessions'],
  queryFn: ({ signal }) => apiService(listSessions, { signal }),
});

export const secondFactorQuery = queryOptions({
  queryKey: [...key, 'second-factor'],
  queryFn: ({ signal }) => apiService(getSecondFactor, { signal }),
});

export const teamQuery = queryOptions({
  queryKey: [...key, 'team'],
  queryFn: ({ signal }) => apiService(getTeam, { signal }),
});

export const membersQuery = queryOptions({
  queryKey: [...key, 'members'],
  queryFn: ({ signal }) => apiService(listMembers, { signal }),
});

export const invitationsQuery = queryOptions({
  queryKey: [...key, 'invitations'],
  queryFn: ({ signal }) => apiService(listInvitations, { signal }),
});

export const apiKeysQuery = queryOptions({
  queryKey: [...key, 'api-keys'],
  queryFn: ({ signal }) => apiService(listApiKeys, { signal }),
});

export const serviceAccountsQuery = queryOptions({
  queryKey: [...key, 'service-accounts'],
  queryFn: ({ signal }) => apiService(listServiceAccounts, { signal }),
});

export const auditForwardsQuery = queryOptions({
  queryKey: [...key, 'audit-forwards'],
  queryFn: ({ signal }) => apiService(listAuditForwards, { signal }),
});

/** A key as it is shown once. */
export type ShownKey = Pick<ResultOf<typeof createApiKey>, 'name' | 'key'>;

export const teamsQuery = queryOptions({
  queryKey: [...key, 'teams'],
  queryFn: ({ signal }) => apiService(listTeams, { signal }),
  // A job deletes the data of a team.
  refetchInterval: ({ state }) =>
    state.data?.items.some((each) => each.isDeleting) ? 2_000 : false,
});

export const teamContentsQuery = (teamId: string) =>
  queryOptions({
    queryKey: [...key, 'team-contents', teamId],
    queryFn: ({ signal }) => apiService(previewTeamDeletion, { params: { teamId }, signal }),
    gcTime: 0,
  });

export const usersQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...key, 'users', q],
    queryFn: ({ pageParam, signal }) =>
      apiService(listUsers, { query: { q, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Calls an endpoint and refreshes users, teams and keys, and what the current user may do. */
export function useIdentity<E extends AnyEndpoint>(endpoint: E) {
  const client = useQueryClient();
  const call = apiService as (endpoint: E, request: RequestOf<E>) => Promise<ResultOf<E>>;
  return useMutation({
    mutationFn: (request: RequestOf<E>) => call(endpoint, request),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: key });
      client.invalidateQueries({ queryKey: meKey });
    },
  });
}
