import { Button } from '@mantine/core';
import type { InfiniteData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loaded } from './Loaded.js';
import { Section } from './Section.js';

/** The parts used of an infinite query whose pages have items. */
export interface PagesQuery<T> {
  data: InfiniteData<{ items: readonly T[] }> | undefined;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface PagedItemsProps<T> {
  query: PagesQuery<T>;
  /** Puts the items in a section with this title. */
  title?: string;
  /** Shown instead of an empty list and its section. */
  empty: ReactNode;
  loading?: ReactNode;
  children: (items: readonly T[]) => ReactNode;
}

/** The items of all fetched pages, and a button for the next page. */
export function PagedItems<T>({ query, title, empty, loading, children }: PagedItemsProps<T>) {
  return (
    <Loaded query={query} loading={loading}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        const list = (
          <>
            {children(items)}
            {query.hasNextPage && (
              <Button
                mt="sm"
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => query.fetchNextPage()}
              >
                Load more
              </Button>
            )}
          </>
        );
        return title ? <Section title={title}>{list}</Section> : list;
      }}
    </Loaded>
  );
}
