import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { answerChallenge } from '../../../contract/second-factor.js';
import {
  getSetup,
  resetPassword,
  setUp,
  signIn,
  signInByLink,
  signOut,
  switchTeam,
} from '../../../contract/sign-in.js';
import { acceptInvitation, previewInvitation } from '../../../contract/teams.js';
import { apiService, type RequestOf } from '../../api/apiService.js';

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => apiService(getSetup, { signal }),
});

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => apiService(previewInvitation, { body: { token }, signal }),
    gcTime: 0,
  });

/** Opens a page of the app, with nothing cached from the session before. */
export function useEnter() {
  const client = useQueryClient();
  const { history } = useRouter();
  return (path = '/') => {
    client.clear();
    history.replace(path);
  };
}

type BodyOf<E extends Parameters<typeof apiService>[0]> = RequestOf<E>['body'];

/** Signs in and opens the page, unless the second factor is asked for first. */
export function useSignIn(path: string) {
  const enter = useEnter();
  return useMutation({
    mutationFn: (body: BodyOf<typeof signIn>) => apiService(signIn, { body }),
    onSuccess: ({ challenge }) => challenge ?? enter(path),
  });
}

export function useSignInByLink(path: string) {
  const enter = useEnter();
  return useMutation({
    mutationFn: (token: string) => apiService(signInByLink, { body: { token } }),
    onSuccess: () => enter(path),
  });
}

export function useSetUp() {
  const enter = useEnter();
  return useMutation({
    mutationFn: (body: BodyOf<typeof setUp>) => apiService(setUp, { body }),
    onSuccess: () => enter(),
  });
}

export function useResetPassword() {
  const enter = useEnter();
  return useMutation({
    mutationFn: (body: BodyOf<typeof resetPassword>) => apiService(resetPassword, { body }),
    onSuccess: ({ challenge }) => challenge ?? enter(),
  });
}

export function useAcceptInvitation() {
  const enter = useEnter();
  return useMutation({
    mutationFn: (body: BodyOf<typeof acceptInvitation>) => apiService(acceptInvitation, { body }),
    onSuccess: ({ challenge }) => challenge ?? enter(),
  });
}

export function useAnswerChallenge(path: string) {
  const enter = useEnter();
  return useMutation({
    mutationFn: (body: BodyOf<typeof answerChallenge>) => apiService(answerChallenge, { body }),
    onSuccess: () => enter(path),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  const { navigate } = useRouter();
  return useMutation({
    mutationFn: () => apiService(signOut),
    onSuccess: async ({ continueAt }) => {
      // The provider sends the browser back to the sign-in page.
      if (continueAt !== null) return window.location.assign(continueAt);
      // First the page goes, which would load its data again.
      await navigate({ to: '/sign-in', search: {} });
      client.clear();
    },
  });
}

/** Works in another team from here on, with nothing cached from the one before. */
export function useSwitchTeam() {
  const client = useQueryClient();
  const { navigate } = useRouter();
  return useMutation({
    mutationFn: (teamId: string) => apiService(switchTeam, { body: { teamId } }),
    onSuccess: async () => {
      await navigate({ to: '/', search: {} });
      client.getMutationCache().clear();
      await client.resetQueries();
    },
  });
}
