import { useState } from 'react';
import { isoDay } from '../../core/format.ts';
import { packFiles } from '../../core/pack-files.ts';
import { saveFile } from '../../core/save-file.ts';
import { Icon } from '../../ui/icon.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { useText } from '../use-text.ts';
import { archivePath } from './archive-path.ts';
import { type Asset, useAssetActions } from './use-assets.ts';

interface ChosenBarProps {
  readonly chosen: readonly Asset[];
  readonly isDeletedView: boolean;
  readonly onAll: () => void;
  readonly onNone: () => void;
}

/** What can be done to the assets that are chosen. */
export function ChosenBar({ chosen, isDeletedView, onAll, onNone }: ChosenBarProps) {
  const { say } = useText();
  const { remove, restore } = useAssetActions();
  const [isBusy, setBusy] = useState(false);
  const results = chosen.filter(({ kind }) => kind !== 'photo').map(({ assetId }) => assetId);

  const alone = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    await work().catch((error: unknown) => toast(readError(error, say).message, 'bad'));
    setBusy(false);
  };
  const bringBack = (ids: readonly string[]): Promise<void> =>
    alone(async () => toast(say('restoredToast', { n: await restore(ids) })));
  const takeAway = (): Promise<void> =>
    alone(async () => {
      await remove(results);
      onNone();
      const undo = { text: say('undo'), run: () => void bringBack(results) };
      toast(say('deletedToast', { n: results.length }), 'good', undo);
    });
  return (
    <div className="chosen-bar">
      <p role="status">{say('chosenCount', { n: chosen.length })}</p>
      <button type="button" className="button button-small button-quiet" onClick={onAll}>
        {say('chooseAll')}
      </button>
      <button
        type="button"
        className="button button-small button-quiet"
        disabled={chosen.length === 0}
        onClick={onNone}
      >
        {say('chooseNone')}
      </button>
      {isDeletedView ? (
        <button
          type="button"
          className="button button-small button-primary"
          disabled={isBusy || results.length === 0}
          onClick={() => void bringBack(results).then(onNone)}
        >
          {say('restore')}
        </button>
      ) : (
        <>
          <button
            type="button"
            className="button button-small button-danger"
            disabled={isBusy || results.length === 0}
            title={chosen.length > results.length ? say('photosStay') : undefined}
            onClick={() => void takeAway()}
          >
            {say('deleteChosen')}
          </button>
          <PackButton chosen={chosen} />
        </>
      )}
    </div>
  );
}

function PackButton({ chosen }: { readonly chosen: readonly Asset[] }) {
  const { say, language } = useText();
  const { fresh } = useAssetActions();
  const [done, setDone] = useState<number | null>(null);
  const pack = async (): Promise<void> => {
    setDone(0);
    try {
      const files = (await fresh(chosen)).map((asset) => ({ path: archivePath(asset, language), url: asset.url }));
      const { archive, missing } = await packFiles(files, setDone);
      saveFile(archive, `yiying-${isoDay(Date.now())}.zip`);
      if (missing > 0) toast(say('packedShort', { n: missing }), 'bad');
    } catch {
      toast(say('downloadFailed'), 'bad');
    } finally {
      setDone(null);
    }
  };
  return (
    <button
      type="button"
      className="button button-small button-primary"
      disabled={done !== null || chosen.length === 0}
      onClick={() => void pack()}
    >
      <Icon name="download" size={16} />
      {done === null ? say('downloadChosen') : say('packing', { done, total: chosen.length })}
    </button>
  );
}
