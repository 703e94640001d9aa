import { useCallback, useMemo, useRef, useState } from 'react';
import { Lightbox } from '../../ui/lightbox.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { useRowWindow } from '../../ui/use-row-window.ts';
import { AssetCard } from '../library/asset-card.tsx';
import { assetName } from '../library/asset-name.ts';
import { ChosenBar } from '../library/chosen-bar.tsx';
import { LibraryFilters } from '../library/library-filters.tsx';
import { type Asset, type AssetFilter, useAssetActions, useAssets } from '../library/use-assets.ts';
import { go } from '../router.ts';
import { useText } from '../use-text.ts';

const EVERYTHING: AssetFilter = { kind: null, featureId: null, search: '', favourite: false, deleted: false };
const TOGETHER_MS = 200;
const NOTHING: ReadonlySet<string> = new Set();

export function LibraryPage() {
  const { say } = useText();
  const [filter, setFilter] = useState(EVERYTHING);
  const [chosenIds, setChosenIds] = useState(NOTHING);
  const assets = useAssets(filter);
  const { fetchNextPage, data } = assets;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const narrow = useCallback((change: Partial<AssetFilter>) => {
    setFilter((old) => ({ ...old, ...change }));
    setChosenIds(NOTHING);
  }, []);
  const choose = useCallback((assetId: string, isChosen: boolean) => {
    setChosenIds((old) => {
      const next = new Set(old);
      if (isChosen) next.add(assetId);
      else next.delete(assetId);
      return next;
    });
  }, []);
  const none = useCallback(() => setChosenIds(NOTHING), []);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('library')}</h1>
          <p className="muted">{say('libraryLead')}</p>
        </div>
      </div>
      <LibraryFilters filter={filter} onChange={narrow} />
      {assets.isPending && <Loading />}
      {assets.isError && <Failure error={assets.error} onRetry={() => void assets.refetch()} />}
      {assets.isSuccess && items.length === 0 && !assets.hasNextPage && (
        <Empty icon="library" title={say('libraryEmpty')} />
      )}
      {items.length > 0 && (
        <>
          <ChosenBar
            chosen={items.filter(({ assetId }) => chosenIds.has(assetId))}
            isDeletedView={filter.deleted}
            onAll={() => setChosenIds(new Set(items.map(({ assetId }) => assetId)))}
            onNone={none}
          />
          <AssetGrid items={items} chosenIds={chosenIds} onChoose={choose} />
        </>
      )}
      {assets.hasNextPage && <LoadMore isBusy={assets.isFetchingNextPage} onMore={more} />}
    </div>
  );
}

interface GridProps {
  readonly items: readonly Asset[];
  readonly chosenIds: ReadonlySet<string>;
  readonly onChoose: (assetId: string, isChosen: boolean) => void;
}

function AssetGrid({ items, chosenIds, onChoose }: GridProps) {
  const { say } = useText();
  const { fresh } = useAssetActions();
  const [opened, setOpened] = useState<string | null>(null);
  const broken = useRef<Asset[]>([]);
  const { place, from, to, abovePx, belowPx } = useRowWindow<HTMLUListElement>(items.length);
  const isLong = to - from < items.length;
  const show = useCallback(
    async (asset: Asset) => {
      await fresh([asset]).catch(() => undefined); // then it is shown as it is
      setOpened(asset.assetId);
    },
    [fresh],
  );
  const open = useCallback(
    (asset: Asset) => {
      if (asset.kind === 'text') go(`#/tasks/${asset.taskId}`);
      else void show(asset);
    },
    [show],
  );
  const renew = useCallback(
    (asset: Asset) => {
      // New links once they ran out, for all that broke together; what is really gone stays broken.
      if (asset.urlExpiresAtMs > Date.now()) return;
      broken.current.push(asset);
      if (broken.current.length > 1) return;
      setTimeout(() => void fresh(broken.current.splice(0)).catch(() => undefined), TOGETHER_MS);
    },
    [fresh],
  );
  const seen = items.filter(({ kind }) => kind !== 'text');
  const index = seen.findIndex(({ assetId }) => assetId === opened);
  return (
    <>
      <ul
        ref={place}
        className={`assets${isLong ? ' list-long' : ''}`}
        style={{ paddingTop: abovePx, paddingBottom: belowPx }}
      >
        {items.slice(from, to).map((asset, index) => (
          <AssetCard
            key={asset.assetId}
            asset={asset}
            {...(isLong && { at: from + index + 1, of: items.length })}
            isChosen={chosenIds.has(asset.assetId)}
            onChoose={onChoose}
            onOpen={open}
            onBroken={renew}
          />
        ))}
      </ul>
      {index >= 0 && (
        <Lightbox
          pictures={seen.map((asset) => ({
            url: asset.url,
            name: assetName(asset, say),
            isVideo: asset.kind === 'video',
          }))}
          index={index}
          onMove={(next) => {
            const asset = seen[next];
            if (asset) void show(asset);
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}
