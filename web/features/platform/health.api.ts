import { queryOptions } from '@tanstack/react-query';
import { getHealth } from '../../../contract/platform.js';
import { apiService } from '../../api/apiService.js';

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => apiService(getHealth, { signal }),
  refetchInterval: 15_000,
});
