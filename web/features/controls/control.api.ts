import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  decideControl,
  getCheckControls,
  getControl,
  listControlDecisions,
  listControlHistory,
  listControls,
  withdrawDecision,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';
import type { ControlsSearch } from './controls.search.js';

export const controlsQuery = (query: ControlsSearch) =>
  queryOptions({
    queryKey: [...complianceKey, 'controls', query],
    queryFn: ({ signal }) => apiService(listControls, { query, signal }),
    placeholderData: keepPreviousData,
  });

export const controlQuery = (controlId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'control', controlId],
    queryFn: ({ signal }) => apiService(getControl, { params: { controlId }, signal }),
  });

export const decisionLogQuery = (controlId: string) =>
  infiniteQueryOptions({
    queryKey: [...complianceKey, 'control', controlId, 'decisions'],
    queryFn: ({ pageParam, signal }) =>
      apiService(listControlDecisions, {
        params: { controlId },
        query: { limit: 20, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const controlHistoryQuery = (controlId: string) =>
  infiniteQueryOptions({
    queryKey: [...complianceKey, 'control', controlId, 'history'],
    queryFn: ({ pageParam, signal }) =>
      apiService(listControlHistory, {
        params: { controlId },
        query: { limit: 10, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const checkControlsQuery = (tool: string, checkId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'check', tool, checkId],
    queryFn: ({ signal }) => apiService(getCheckControls, { params: { tool, checkId }, signal }),
  });

export type Decision = z.input<typeof decideControl.body & z.ZodType>;

export const useDecideControl = (controlId: string) =>
  useComplianceMutation((body: Decision) =>
    apiService(decideControl, { params: { controlId }, body }),
  );

export const useWithdrawDecision = (controlId: string) =>
  useComplianceMutation(() => apiService(withdrawDecision, { params: { controlId } }));
