import { useInfiniteQuery } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import type { Operation } from '../../../shared/contract/operation.ts';
import { useConsole } from './console-context.ts';

interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor?: string | undefined;
}

export interface List<Row, First = Page<Row>> {
  /** The first page, with what stands beside its rows. */
  readonly first: First | undefined;
  readonly rows: readonly Row[];
  readonly isPending: boolean;
  readonly isSuccess: boolean;
  readonly isFetching: boolean;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
  readonly refetch: () => Promise<unknown>;
}

const PAGE = '50';

/** A list of an operation that answers pages. `staleTimeMs`: how long an answer is shown without asking again. */
export function useList<I extends z.ZodMiniType, P extends Page<unknown>>(
  operation: Operation<I, z.ZodMiniType<P>>,
  filter: Readonly<Record<string, string | undefined>>,
  staleTimeMs = 0,
): List<P['items'][number], P> {
  const { client } = useConsole();
  const query = useInfiniteQuery({
    queryKey: [operation.name, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }): Promise<P> => {
      // Every list takes its filter's words, a limit and a cursor; the service says so where one does not.
      const input = { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) } as z.input<I>;
      return client.call(operation, input, { signal });
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: staleTimeMs,
  });
  const pages = query.data?.pages ?? [];
  return { ...query, first: pages[0], rows: pages.flatMap(({ items }): P['items'][number][] => [...items]) };
}
