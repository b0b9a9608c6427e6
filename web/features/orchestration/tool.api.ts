import { queryOptions } from '@tanstack/react-query';
import { listTools } from '../../../contract/scan-operations.js';
import { apiService, type ResultOf } from '../../api/apiService.js';

export type ToolHealth = ResultOf<typeof listTools>['items'][number];

/** The server keeps what tools said for some minutes, so there is no use in asking often. */
export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: ({ signal }) => apiService(listTools, { signal }),
  staleTime: 60_000,
});
