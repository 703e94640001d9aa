import { memo } from 'react';
import { daysUntil, formatBytes, formatDay } from '../../core/format.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { useText } from '../use-text.ts';
import { assetName } from './asset-name.ts';
import { canContinue } from './can-continue.ts';
import { type Asset, type AssetKind, useAssetActions } from './use-assets.ts';

const SOON_DAYS = 7;
const KIND_ICONS: Readonly<Record<AssetKind, IconName>> = {
  picture: 'image',
  photo: 'image',
  video: 'play',
  text: 'text',
};

interface AssetCardProps {
  readonly asset: Asset;
  readonly isChosen: boolean;
  /** Its place in a list of which only a part is drawn. */
  readonly at?: number;
  readonly of?: number;
  readonly onChoose: (assetId: string, isChosen: boolean) => void;
  readonly onOpen: (asset: Asset) => void;
  /** Its link has run out, or it is gone. */
  readonly onBroken: (asset: Asset) => void;
}

/** One result or photo, drawn again only when it has changed: a library may hold thousands. */
export const AssetCard = memo(function AssetCard({
  asset,
  isChosen,
  at,
  of,
  onChoose,
  onOpen,
  onBroken,
}: AssetCardProps) {
  const { say, language } = useText();
  const name = assetName(asset, say);
  const title = `${name} · ${asset.fileName ?? (language === 'en' ? asset.featureNameEn : asset.featureNameZh)}`;
  const isPicture = asset.kind === 'picture' || asset.kind === 'photo';
  return (
    <li className={`asset${isChosen ? ' asset-chosen' : ''}`} aria-posinset={at} aria-setsize={of}>
      <button
        type="button"
        className={`asset-picture${asset.contentType === 'image/png' ? ' checkered' : ''}`}
        aria-label={say('view', { name: title })}
        onClick={() => onOpen(asset)}
      >
        {isPicture ? (
          <img src={asset.url} alt="" loading="lazy" decoding="async" onError={() => onBroken(asset)} />
        ) : (
          <Icon name={KIND_ICONS[asset.kind]} size={40} />
        )}
      </button>
      <label className="asset-check">
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={say('chooseNamed', { name: title })}
          onChange={(event) => onChoose(asset.assetId, event.target.checked)}
        />
      </label>
      {asset.kind !== 'photo' && asset.purgeAtMs === undefined && <Star asset={asset} name={title} />}
      <div className="asset-foot">
        <p className="asset-name">{name}</p>
        <p className="hint asset-from" title={asset.fileName}>
          {asset.fileName ?? (language === 'en' ? asset.featureNameEn : asset.featureNameZh)}
        </p>
        <Life asset={asset} />
        {asset.purgeAtMs === undefined && (
          <p className="asset-links">
            <a href={`#/tasks/${asset.taskId}`}>{say('openTask')}</a>
            {canContinue(asset) && (
              <a
                href={`#/continue/${encodeURIComponent(asset.assetId)}`}
                aria-label={say('continueNamed', { name: title })}
              >
                {say('continueWith')}
              </a>
            )}
          </p>
        )}
      </div>
    </li>
  );
});

/** Until when it is there, louder in its last week. */
function Life({ asset }: { readonly asset: Asset }) {
  const { say, language } = useText();
  const { expiresAtMs, purgeAtMs, sizeBytes } = asset;
  const isSoon = daysUntil(expiresAtMs, Date.now()) <= SOON_DAYS;
  return (
    <p className={`hint asset-life${isSoon || purgeAtMs !== undefined ? ' warn-text' : ''}`}>
      <span>
        {purgeAtMs === undefined
          ? say('keptUntil', { day: formatDay(expiresAtMs, language) })
          : say('goneOn', { day: formatDay(Math.min(purgeAtMs, expiresAtMs), language) })}
      </span>
      <span>{formatBytes(sizeBytes)}</span>
    </p>
  );
}

function Star({ asset, name }: { readonly asset: Asset; readonly name: string }) {
  const { say } = useText();
  const { favour } = useAssetActions();
  const { assetId, favourite } = asset;
  return (
    <button
      type="button"
      className="asset-star"
      aria-pressed={favourite}
      aria-label={say(favourite ? 'favouriteRemove' : 'favouriteAdd', { name })}
      onClick={() => {
        favour(assetId, !favourite).catch((error: unknown) => toast(readError(error, say).message, 'bad'));
      }}
    >
      <Icon name="star" size={20} />
    </button>
  );
}
