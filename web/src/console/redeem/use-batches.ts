import { useInfiniteQuery } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import { listRedeemBatches } from '../../../../shared/contract/redeem.ts';
import { useConsole } from '../console-context.ts';

export type RedeemBatch = z.output<typeof listRedeemBatches.output>['items'][number];

export function useBatches() {
  const { client } = useConsole();
  return useInfiniteQuery({
    queryKey: ['redeem-batches'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.call(listRedeemBatches, { limit: '50', ...(pageParam && { cursor: pageParam }) }, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Merchants redeem meanwhile.
    staleTime: 0,
  });
}
