import type { ReactNode } from 'react';
import { PageLoading } from './PageLoading.js';
import { ProblemAlert } from './ProblemAlert.js';

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What was asked for, or that it is being loaded, or why it is not there. Old data beats an error. */
export function Loaded<T>({ query, loading = <PageLoading />, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemAlert problem={query.error} onRetry={query.refetch} />;
  return loading;
}
