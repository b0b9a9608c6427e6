import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import {
  type CloudAccount,
  changeCloudAccount,
  createCloudAccount,
  deleteCloudAccount,
  getCloudAccount,
  listCloudAccounts,
  testCloudAccount,
} from '../../../contract/cloud-security.js';
import { apiService } from '../../api/apiService.js';
import { schedulesKey } from '../../api/cache-keys.js';

export const accountsKey = ['cloud-accounts'] as const;
const TEST_POLL_MS = 1_500;
const isTesting = ({ lastTest }: CloudAccount) => lastTest?.status === 'running';

export const accountsQuery = (limit = 50) =>
  infiniteQueryOptions({
    queryKey: [...accountsKey, 'list', limit],
    queryFn: ({ pageParam, signal }) =>
      apiService(listCloudAccounts, {
        query: { limit, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isTesting)) ? TEST_POLL_MS : false,
  });

/** One account, polled while its connection is being tested. */
export const accountQuery = (accountId: string) =>
  queryOptions({
    queryKey: [...accountsKey, 'one', accountId],
    queryFn: ({ signal }) => apiService(getCloudAccount, { params: { accountId }, signal }),
    refetchInterval: ({ state }) => (state.data && isTesting(state.data) ? TEST_POLL_MS : false),
  });

export type NewAccountInput = z.input<typeof createCloudAccount.body & z.ZodType>;
export type AccountChangesInput = z.input<typeof changeCloudAccount.body & z.ZodType>;

async function keep(client: QueryClient, account: CloudAccount): Promise<void> {
  client.setQueryData(accountQuery(account.id).queryKey, account);
  // The schedules of an account come and go with it.
  await Promise.all([
    client.invalidateQueries({ queryKey: [...accountsKey, 'list'] }),
    client.invalidateQueries({ queryKey: schedulesKey }),
  ]);
}

export function useCreateAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewAccountInput) => apiService(createCloudAccount, { body }),
    onSuccess: (account) => keep(client, account),
    // The request contains secrets, so it is not kept in memory.
    gcTime: 0,
  });
}

export function useChangeAccount(accountId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AccountChangesInput) =>
      apiService(changeCloudAccount, { params: { accountId }, body }),
    onSuccess: (account) => keep(client, account),
    gcTime: 0,
  });
}

export function useTestAccount(accountId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(testCloudAccount, { params: { accountId } }),
    onSuccess: (account) => keep(client, account),
  });
}

export function useDeleteAccount(accountId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(deleteCloudAccount, { params: { accountId } }),
    onSuccess: () => {
      client.removeQueries({ queryKey: accountQuery(accountId).queryKey });
      return Promise.all([
        client.invalidateQueries({ queryKey: [...accountsKey, 'list'] }),
        client.invalidateQueries({ queryKey: schedulesKey }),
      ]);
    },
  });
}
