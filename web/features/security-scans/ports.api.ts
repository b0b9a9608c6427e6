import { infiniteQueryOptions } from '@tanstack/react-query';
import { listOpenPorts, listTargetPorts } from '../../../contract/open-ports.js';
import { apiService } from '../../api/apiService.js';

/** Whose open ports: of one scan or import as it saw them, or of a target as known now. */
export type PortsOf = { scanId: string } | { importId: string } | { targetId: string };

const LIMIT = 50;

export const openPortsQuery = (of: PortsOf) =>
  infiniteQueryOptions({
    queryKey: ['open-ports', of],
    queryFn: ({ pageParam, signal }) => {
      const page = { limit: LIMIT, ...(pageParam ? { cursor: pageParam } : {}) };
      return 'targetId' in of
        ? apiService(listTargetPorts, { params: of, query: page, signal })
        : apiService(listOpenPorts, { query: { ...of, ...page }, signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
