import { queryOptions } from '@tanstack/react-query';
import { listTools } from '../../../contract/scan-operations.js';
import { apiService, type ResultOf } from '../../api/apiService.js';

export type ToolHealth = ResultOf<typeof listTools>['items'][number];

/** The server caches this for some minutes, so frequent requests are pointless. */
export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: ({ signal }) => apiService(listTools, { signal }),
  staleTime: 60_000,
});
