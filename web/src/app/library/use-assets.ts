import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type * as z from 'zod/mini';
import {
  type ASSET_KINDS,
  deleteAssets,
  listAssets,
  restoreAssets,
  setFavourite,
} from '../../../../shared/contract/library.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

export type AssetKind = (typeof ASSET_KINDS)[number];
type AssetPage = z.output<typeof listAssets.output>;
export type Asset = AssetPage['items'][number];

export interface AssetFilter {
  readonly kind: AssetKind | null;
  readonly featureId: string | null;
  readonly search: string;
  readonly favourite: boolean;
  readonly deleted: boolean;
}

const PAGE = '100';
const KEY = 'assets';
/** How many ids one call takes. */
const MAX_IDS = 100;

/** Pages of the library. Links live for 15 minutes and nothing moves by itself, so that what was read is not asked for at each look. */
export function useAssets({ kind, featureId, search, favourite, deleted }: AssetFilter) {
  const { client } = useWorkspace();
  const { language } = useText();
  const filter = {
    ...(kind !== null && { kind }),
    ...(featureId !== null && { featureId }),
    ...(search !== '' && { search }),
    ...(favourite && { favourite: '1' as const }),
    ...(deleted && { deleted: '1' as const }),
  };
  return useInfiniteQuery({
    queryKey: [KEY, filter, language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.call(listAssets, { limit: PAGE, ...filter, ...(pageParam && { cursor: pageParam }) }, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 600_000,
  });
}

type Pages = InfiniteData<AssetPage>;

/** What can be done to assets; lists on the page follow at once. */
export function useAssetActions() {
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const change = useCallback(
    (apply: (items: Asset[]) => Asset[]): void => {
      queries.setQueriesData<Pages>(
        { queryKey: [KEY] },
        (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: apply(page.items) })) },
      );
    },
    [queries],
  );
  const reload = useCallback(() => queries.invalidateQueries({ queryKey: [KEY] }), [queries]);
  const favour = useCallback(
    async (assetId: string, favourite: boolean): Promise<void> => {
      const mark = (value: boolean): void =>
        change((items) => items.map((one) => (one.assetId === assetId ? { ...one, favourite: value } : one)));
      mark(favourite);
      try {
        await client.call(setFavourite, { assetId, favourite });
      } catch (error) {
        mark(!favourite);
        throw error;
      }
    },
    [client, change],
  );
  const without = useCallback(
    (ids: readonly string[]): void => {
      const gone = new Set(ids);
      change((items) => items.filter(({ assetId }) => !gone.has(assetId)));
    },
    [change],
  );
  const remove = useCallback(
    async (ids: readonly string[]): Promise<void> => {
      for (const assetIds of chunks(ids)) {
        await client.call(deleteAssets, { assetIds });
        without(assetIds);
      }
    },
    [client, without],
  );
  const restore = useCallback(
    async (ids: readonly string[]): Promise<number> => {
      let restored = 0;
      for (const assetIds of chunks(ids)) restored += (await client.call(restoreAssets, { assetIds })).restored;
      await reload();
      return restored;
    },
    [client, reload],
  );
  return { favour, remove, restore, reload };
}

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, n) => ids.slice(n * MAX_IDS, (n + 1) * MAX_IDS));
}
