import { infiniteQueryOptions } from '@tanstack/react-query';
import { type AuditFilter, listAudit, verifyAudit } from '../../../contract/audit.js';
import { apiService } from '../../api/apiService.js';

const auditKey = ['audit'] as const;

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...auditKey, filter],
    queryFn: ({ pageParam, signal }) =>
      apiService(listAudit, { query: { ...filter, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const verifyTrail = () => apiService(verifyAudit);
