import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query';
import {
  listIdentityProviders,
  listSignOnIdentities,
} from '../../../contract/identity-providers.js';
import {
  finishSignOn,
  listLinkedIdentities,
  listSignInProviders,
  startLink,
  startSignOn,
} from '../../../contract/single-sign-on.js';
import { apiService } from '../../api/apiService.js';
import { identityKey } from './identity.api.js';
import { returnPathOf } from './return-path.js';
import { useEnter } from './sign-in.api.js';

export const signInProvidersQuery = queryOptions({
  queryKey: [...identityKey, 'sign-in-providers'],
  queryFn: ({ signal }) => apiService(listSignInProviders, { signal }),
});

export const linkedIdentitiesQuery = queryOptions({
  queryKey: [...identityKey, 'linked'],
  queryFn: ({ signal }) => apiService(listLinkedIdentities, { signal }),
});

export const providersQuery = queryOptions({
  queryKey: [...identityKey, 'providers'],
  queryFn: ({ signal }) => apiService(listIdentityProviders, { signal }),
});

/** Who waits, or who was let in. */
export const signOnIdentitiesQuery = (isWaiting: boolean) =>
  infiniteQueryOptions({
    queryKey: [...identityKey, 'sign-on-identities', isWaiting],
    queryFn: ({ pageParam, signal }) =>
      apiService(listSignOnIdentities, {
        query: { isWaiting, limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Sends the browser to the provider. `token`: of an invitation. */
export function useStartSignOn(next: string, token: string | null) {
  return useMutation({
    mutationFn: (providerId: string) =>
      apiService(startSignOn, { params: { providerId }, body: { next, token } }),
    onSuccess: leaveTo,
  });
}

export function useStartLink() {
  return useMutation({
    mutationFn: (providerId: string) => apiService(startLink, { params: { providerId } }),
    onSuccess: leaveTo,
  });
}

/** Signs in, or links, and opens the page that was asked for. */
export function useFinishSignOn() {
  const enter = useEnter();
  return useMutation({
    mutationFn: ({ providerId, query }: { providerId: string; query: string }) =>
      apiService(finishSignOn, { params: { providerId }, body: { query } }),
    onSuccess: ({ outcome, next }) => {
      if (outcome === 'signed_in' || outcome === 'linked') enter(returnPathOf(next));
    },
  });
}

function leaveTo({ url }: { url: string }): void {
  window.location.assign(url);
}
