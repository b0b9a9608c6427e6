import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
} from '@tanstack/react-query';
import {
  importMappingReviews,
  listMappings,
  type NewMappingReview,
  previewMappingReviews,
  reviewMappings,
  revokeMappingReviews,
} from '../../../contract/mapping-review.js';
import { apiService, type ResultOf } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';
import type { MappingsSearch } from './mappings.search.js';

const PAGE = 50;

export const mappingsQuery = ({ tier, tool, service, ...rest }: MappingsSearch) =>
  infiniteQueryOptions({
    queryKey: [...complianceKey, 'mappings', { tier, tool, service, ...rest }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listMappings, {
        query: {
          ...rest,
          ...(tier ? { tier: [tier] } : {}),
          ...(tool ? { tool: [tool] } : {}),
          ...(service ? { service: [service] } : {}),
          limit: PAGE,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

/** The matches of one check, including rejected ones. */
export const checkMappingsQuery = (tool: string, checkId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'check-mappings', tool, checkId],
    queryFn: ({ signal }) =>
      apiService(listMappings, { query: { tool: [tool], checkId, limit: 200 }, signal }),
  });

export const useReviewMappings = () =>
  useComplianceMutation((reviews: NewMappingReview[]) =>
    apiService(reviewMappings, { body: { reviews } }),
  );

export const useRevokeReviews = () =>
  useComplianceMutation((ids: string[]) => apiService(revokeMappingReviews, { body: { ids } }));

export type ImportedReviews = ResultOf<typeof importMappingReviews>;

export const usePreviewReviews = () =>
  useMutation({ mutationFn: (file: File) => apiService(previewMappingReviews, { file }) });

export const useImportReviews = () =>
  useComplianceMutation((file: File) => apiService(importMappingReviews, { file }));
