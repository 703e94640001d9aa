import { CardList } from '../card-list.tsx';
import { KeptAsset } from '../library/kept-asset.tsx';
import { useText } from '../use-text.ts';

/** Which card a picture of the library shall go to. */
export function ContinuePage({ assetId }: { readonly assetId: string }) {
  const { say } = useText();
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('continueTitle')}</h1>
          <p className="muted">{say('continueLead')}</p>
        </div>
      </div>
      <KeptAsset assetId={assetId} />
      <CardList assetId={assetId} />
    </div>
  );
}
