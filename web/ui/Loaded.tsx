import type { ReactNode } from 'react';
import { PageLoading } from './PageLoading.js';
import { ProblemAlert } from './ProblemAlert.js';

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Shows the data, a loading state or the error. Old data is preferred to an error. */
export function Loaded<T>({ query, loading = <PageLoading />, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemAlert problem={query.error} onRetry={query.refetch} />;
  return loading;
}
