import { keepPreviousData } from '@tanstack/react-query';

/** How often what is being scanned is looked at again. */
export const RUNNING_POLL_MS = 3_000;

interface InventoryPage {
  items: readonly { runningScanId: string | null }[];
  nextCursor: string | null;
}

/** What the queries of inventories' lists have in common: their pages, and looking again while something is scanned. */
export const inventoryList = {
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }: InventoryPage) => nextCursor,
  placeholderData: keepPreviousData,
  refetchInterval: ({ state }: { state: { data?: { pages: readonly InventoryPage[] } } }) =>
    state.data?.pages.some(({ items }) => items.some(({ runningScanId }) => runningScanId !== null))
      ? RUNNING_POLL_MS
      : (false as const),
};
