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

/** Links that have less than this left are asked for again. */
const FRESH_MS = 60_000;
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

/** What can be done to assets; lists on the page follow at once. `fresh`: the same assets, with links that have not run out. */
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
  /** Lists that are not shown may lack it now, or should no longer have it: they are read anew when they are. */
  const outdate = useCallback(
    () => queries.invalidateQueries({ queryKey: [KEY], type: 'inactive', refetchType: 'none' }),
    [queries],
  );
  const fresh = useCallback(
    async (assets: readonly Asset[]): Promise<readonly Asset[]> => {
      if (assets.every(({ urlExpiresAtMs }) => urlExpiresAtMs > Date.now() + FRESH_MS)) return assets;
      await reload();
      const shown = queries.getQueriesData<Pages>({ queryKey: [KEY], type: 'active' });
      const items = shown.flatMap(([, data]) => data?.pages.flatMap((page) => page.items) ?? []);
      const byId = new Map(items.map((one) => [one.assetId, one]));
      return assets.map((one) => byId.get(one.assetId) ?? one);
    },
    [queries, reload],
  );
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
      } finally {
        void outdate();
      }
    },
    [client, change, outdate],
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
        void outdate();
      }
    },
    [client, without, outdate],
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
  return { favour, remove, restore, reload, fresh };
}

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, n) => ids.slice(n * MAX_IDS, (n + 1) * MAX_IDS));
}
