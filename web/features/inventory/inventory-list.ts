import { keepPreviousData } from '@tanstack/react-query';

/** How often to refetch while something is being scanned. */
export const RUNNING_POLL_MS = 3_000;

interface InventoryPage {
  items: readonly { runningScanId: string | null }[];
  nextCursor: string | null;
}

/** Shared options of inventory queries: paging, and refetching while something is being scanned. */
export const inventoryList = {
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }: InventoryPage) => nextCursor,
  placeholderData: keepPreviousData,
  refetchInterval: ({ state }: { state: { data?: { pages: readonly InventoryPage[] } } }) =>
    state.data?.pages.some(({ items }) => items.some(({ runningScanId }) => runningScanId !== null))
      ? RUNNING_POLL_MS
      : (false as const),
};
