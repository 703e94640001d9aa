import {
  type InfiniteData,
  type Query,
  type QueryClient,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect } from 'react';

interface Page {
  readonly nextCursor?: string | undefined;
}

interface EndlessOptions<P extends Page> {
  readonly queryKey: readonly unknown[];
  readonly read: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;
  /** Something near the top is still on its way, and is asked for again. */
  readonly isOpen?: (first: P) => boolean;
  readonly staleTime?: number;
}

const POLL_MS = 4000;
/** A list that was scrolled further is not asked for again by itself: each time it would fetch every page. */
const POLLED_PAGES = 4;

export function isLong({ state }: Pick<Query, 'state'>): boolean {
  const pages = (state.data as Partial<InfiniteData<Page>> | undefined)?.pages; // of a query that is no list: none
  return (pages?.length ?? 0) > POLLED_PAGES;
}

/** A list of which more is read as it is scrolled. One that became long is begun anew when its page is opened again. */
export function useEndless<P extends Page>({ queryKey, read, isOpen, staleTime }: EndlessOptions<P>) {
  const queries = useQueryClient();
  const hash = JSON.stringify(queryKey);
  useEffect(
    () => () => {
      queries.removeQueries({ queryKey: JSON.parse(hash) as unknown[], exact: true, predicate: isLong });
    },
    [queries, hash],
  );
  return useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchOnWindowFocus: (query) => !isLong(query),
    refetchOnReconnect: (query) => !isLong(query),
    refetchInterval: (query) => {
      const first = query.state.data?.pages[0];
      return first && isOpen?.(first) && !isLong(query) ? POLL_MS : false;
    },
    ...(staleTime !== undefined && { staleTime }),
  });
}

/** Reads anew what has changed at the top of a list, long or not: its first page alone stays, and is asked for at once. */
export async function beginAnew(queries: QueryClient, key: string): Promise<void> {
  queries.setQueriesData<InfiniteData<Page>>({ queryKey: [key] }, (data) =>
    data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
  );
  await queries.invalidateQueries({ queryKey: [key] });
}

/** Reads anew what has changed: at once where it is shown, but a long list only when it is opened again. */
export async function outdate(queries: QueryClient, ...keys: readonly string[]): Promise<void> {
  await Promise.all(
    keys.flatMap((key) => [
      queries.invalidateQueries({ queryKey: [key], predicate: (query) => !isLong(query) }),
      queries.invalidateQueries({ queryKey: [key], predicate: isLong, refetchType: 'none' }),
    ]),
  );
}
