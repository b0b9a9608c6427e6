import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import {
  type EXPORT_FORMATS,
  exportFindings,
  getFindingFacets,
  listFindingGroups,
} from '../../../contract/finding-groups.js';
import {
  type FindingFilter,
  getFinding,
  listFindings,
  triageFinding,
} from '../../../contract/security-scans.js';
import { apiService, urlOf } from '../../api/apiService.js';
import { complianceKey } from '../../api/compliance-cache.js';

export const findingsKey = ['findings'] as const;
type Filter = Partial<FindingFilter>;

export const exportUrl = (filter: Filter, format: (typeof EXPORT_FORMATS)[number]) =>
  urlOf(exportFindings.path, {}, { ...filter, format });

export const GROUPS_SHOWN = 1_000;

export const findingGroupsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: [...findingsKey, 'groups', filter],
    queryFn: ({ signal }) =>
      apiService(listFindingGroups, { query: { ...filter, limit: GROUPS_SHOWN }, signal }),
    placeholderData: keepPreviousData,
  });

export const findingFacetsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: [...findingsKey, 'facets', filter],
    queryFn: ({ signal }) => apiService(getFindingFacets, { query: filter, signal }),
    placeholderData: keepPreviousData,
  });

export const findingsQuery = (filter: Filter, limit: number) =>
  infiniteQueryOptions({
    queryKey: [...findingsKey, 'list', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      apiService(listFindings, {
        query: { ...filter, limit, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

export const findingQuery = (findingId: string) =>
  queryOptions({
    queryKey: [...findingsKey, 'one', findingId],
    queryFn: ({ signal }) => apiService(getFinding, { params: { findingId }, signal }),
  });

export type TriageInput = z.input<typeof triageFinding.body & z.ZodType>;

export function useTriage(findingId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: TriageInput) => apiService(triageFinding, { params: { findingId }, body }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: findingsKey }),
        client.invalidateQueries({ queryKey: complianceKey }),
      ]),
  });
}
