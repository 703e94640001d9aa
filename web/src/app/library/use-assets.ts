import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type * as z from 'zod/mini';
import type { Client } from '../../../../shared/contract/client.ts';
import {
  type ASSET_KINDS,
  deleteAssets,
  listAssets,
  restoreAssets,
  setFavourite,
} from '../../../../shared/contract/library.ts';
import { useEndless } from '../use-endless.ts';
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
/** One page of old may have slid over this many of now. */
const MOST_READS = 3;
const KEY = 'assets';
/** How many ids one call takes. */
const MAX_IDS = 100;

type Filter = Omit<z.input<typeof listAssets.input>, 'limit' | 'cursor'>;
type Pages = InfiniteData<AssetPage, string | undefined>;

/** Pages of the library. Links live for 15 minutes and nothing moves by itself, so that what was read is not asked for at each look. */
export function useAssets({ kind, featureId, search, favourite, deleted }: AssetFilter) {
  const { client } = useWorkspace();
  const { language } = useText();
  const filter: Filter = {
    ...(kind !== null && { kind }),
    ...(featureId !== null && { featureId }),
    ...(search !== '' && { search }),
    ...(favourite && { favourite: '1' as const }),
    ...(deleted && { deleted: '1' as const }),
  };
  return useEndless({
    queryKey: [KEY, filter, language],
    read: (cursor, signal) => client.call(listAssets, pageOf(filter, cursor), { signal }),
    staleTime: 600_000,
  });
}

const pageOf = (filter: Filter, cursor: string | undefined) => ({ limit: PAGE, ...filter, ...(cursor && { cursor }) });

/** A page that was read before, read anew from where it began: newer assets may have pushed its last ones out of it. */
async function rereadPage(client: Client, filter: Filter, from: string | undefined, old: AssetPage): Promise<Asset[]> {
  const fresh = new Map<string, Asset>();
  let cursor = from;
  for (let read = 0; read < MOST_READS && old.items.some(({ assetId }) => !fresh.has(assetId)); read++) {
    const { items, nextCursor } = await client.call(listAssets, pageOf(filter, cursor));
    for (const one of items) fresh.set(one.assetId, one);
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return old.items.map((one) => fresh.get(one.assetId) ?? one);
}

/** What can be done to assets; lists on the page follow at once. `fresh`: the same assets, with links that have not run out. */
export function useAssetActions() {
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const change = useCallback(
    (apply: (items: Asset[]) => Asset[], type: 'all' | 'active' = 'all'): void => {
      queries.setQueriesData<Pages>(
        { queryKey: [KEY], type },
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
      const old = new Set(assets.filter(hasRunOut).map(({ assetId }) => assetId));
      if (old.size === 0) return assets;
      const renewed = new Map<string, Asset>();
      for (const [key, data] of queries.getQueriesData<Pages>({ queryKey: [KEY], type: 'active' })) {
        for (const [n, page] of (data?.pages ?? []).entries()) {
          if (!page.items.some(({ assetId }) => old.has(assetId))) continue;
          // The second part of the key is the filter: it was put there above.
          for (const one of await rereadPage(client, key[1] as Filter, data?.pageParams[n], page))
            renewed.set(one.assetId, one);
        }
      }
      change((items) => items.map((one) => renewed.get(one.assetId) ?? one), 'active');
      return assets.map((one) => renewed.get(one.assetId) ?? one);
    },
    [client, queries, change],
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
  return { favour, remove, restore, fresh };
}

const hasRunOut = ({ urlExpiresAtMs }: Asset): boolean => urlExpiresAtMs <= Date.now() + FRESH_MS;

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, n) => ids.slice(n * MAX_IDS, (n + 1) * MAX_IDS));
}
