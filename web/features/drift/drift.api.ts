import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import * as contract from '../../../contract/drift.js';
import type { AnyEndpoint } from '../../../contract/endpoint.js';
import { apiService, type RequestOf, type ResultOf } from '../../api/apiService.js';
import type { DriftSearch } from './drift.search.js';

const key = ['drift'];
const cursorOf = (cursor: string) => (cursor ? { cursor } : {});

export const driftEventsQuery = ({ type, severity, from, to, ...rest }: DriftSearch) =>
  infiniteQueryOptions({
    queryKey: [...key, 'events', { type, severity, from, to, ...rest }],
    queryFn: ({ pageParam, signal }) =>
      apiService(contract.listDriftEvents, {
        signal,
        query: {
          ...rest,
          ...(type ? { type: [type] } : {}),
          ...(severity ? { severity: [severity] } : {}),
          ...(from ? { from: `${from}T00:00:00.000Z` } : {}),
          ...(to ? { to: `${to}T23:59:59.999Z` } : {}),
          limit: 50,
          ...cursorOf(pageParam),
        },
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const driftEventQuery = (eventId: string) =>
  queryOptions({
    queryKey: [...key, 'event', eventId],
    queryFn: ({ signal }) => apiService(contract.getDriftEvent, { signal, params: { eventId } }),
  });

export const driftSummaryQuery = queryOptions({
  queryKey: [...key, 'summary'],
  queryFn: ({ signal }) => apiService(contract.getDriftSummary, { signal }),
});

export const snapshotsQuery = queryOptions({
  queryKey: [...key, 'snapshots'],
  queryFn: ({ signal }) => apiService(contract.listSnapshots, { signal, query: { limit: 200 } }),
});

export const diffQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: [...key, 'diff', from, to],
    queryFn: ({ signal }) => apiService(contract.diffSnapshots, { signal, query: { from, to } }),
  });

export const policiesQuery = queryOptions({
  queryKey: [...key, 'policies'],
  queryFn: ({ signal }) => apiService(contract.listDriftPolicies, { signal }),
});

export const driftSettingsQuery = queryOptions({
  queryKey: [...key, 'settings'],
  queryFn: ({ signal }) => apiService(contract.getDriftSettings, { signal }),
});

export const channelsQuery = queryOptions({
  queryKey: [...key, 'channels'],
  queryFn: ({ signal }) => apiService(contract.listDriftChannels, { signal }),
});

export const deliveriesQuery = (channelId: string) =>
  queryOptions({
    queryKey: [...key, 'deliveries', channelId],
    queryFn: ({ signal }) =>
      apiService(contract.listDriftDeliveries, {
        signal,
        params: { channelId },
        query: { limit: 20 },
      }),
  });

export const notificationsQuery = queryOptions({
  queryKey: [...key, 'notifications'],
  queryFn: ({ signal }) => apiService(contract.listNotifications, { signal, query: { limit: 20 } }),
  refetchInterval: 30_000,
});

/** Calls a drift endpoint and refreshes all drift data. */
export function useDrift<E extends AnyEndpoint>(endpoint: E) {
  const client = useQueryClient();
  const call = apiService as (endpoint: E, request: RequestOf<E>) => Promise<ResultOf<E>>;
  return useMutation({
    mutationFn: (request: RequestOf<E>) => call(endpoint, request),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
