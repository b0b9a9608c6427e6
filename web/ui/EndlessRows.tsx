import { Text } from '@mantine/core';
import { type Key, type ReactNode, useCallback } from 'react';
import type { PagesQuery } from './PagedItems.js';
import { ProblemAlert } from './ProblemAlert.js';
import { VirtualRows } from './VirtualRows.js';

interface EndlessRowsProps<T> {
  query: PagesQuery<T> & { isFetching: boolean; isFetchNextPageError: boolean };
  /** Of all pages fetched so far. */
  items: readonly T[];
  label: string;
  keyOf: (item: T) => Key;
  /** Height of a row before it is measured. */
  estimate: number;
  render: (item: T) => ReactNode;
}

/** Rows that fetch further pages on scrolling; a failed page can be retried. */
export function EndlessRows<T>({ query, ...rows }: EndlessRowsProps<T>) {
  const { error, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return (
    <>
      <VirtualRows {...rows} onEnd={more} />
      {isFetchNextPageError && <ProblemAlert problem={error} onRetry={() => fetchNextPage()} />}
      {query.isFetchingNextPage && (
        <Text size="sm" c="dimmed" ta="center" py="sm">
          Loading more…
        </Text>
      )}
    </>
  );
}
