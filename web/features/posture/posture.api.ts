import { queryOptions } from '@tanstack/react-query';
import {
  getEngineHealth,
  getPostureAt,
  getScoreHistory,
  syncEngine,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';
import { momentOf } from './past-moment.js';

export const pastPostureQuery = (at: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'posture', at],
    queryFn: ({ signal }) => apiService(getPostureAt, { query: { at: momentOf(at) }, signal }),
  });

/** Every active framework's score at some moments of the last 90 days. */
export const scoresQuery = queryOptions({
  queryKey: [...complianceKey, 'scores'],
  queryFn: ({ signal }) => apiService(getScoreHistory, { query: { points: 31 }, signal }),
});

export const engineHealthQuery = queryOptions({
  queryKey: [...complianceKey, 'engine-health'],
  queryFn: ({ signal }) => apiService(getEngineHealth, { signal }),
});

export const useSyncEngine = () => useComplianceMutation(() => apiService(syncEngine));
