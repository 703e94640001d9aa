import { Failure, Loading } from '../../ui/messages.tsx';
import { AssetForm } from '../forms/asset-form.tsx';
import { type Card, isOffered, photoFieldOf, takesAsset } from '../forms/card-form.ts';
import { PhotosForm } from '../forms/photos-form.tsx';
import { useFeatures } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** A card's form: for photos of this device, for a picture of the library, or for words alone. */
export function CreatePage({
  featureId,
  assetId,
}: {
  readonly featureId: string;
  readonly assetId: string | undefined;
}) {
  const features = useFeatures();
  if (features.isError) return <Failure error={features.error} onRetry={() => void features.refetch()} />;
  const card = features.data?.features.find((one) => one.featureId === featureId && isOffered(one));
  if (!features.isPending && (!card || (assetId !== undefined && !takesAsset(card)))) return <NotFoundPage />;
  return (
    <div className="page">
      <CardHead card={card} />
      {card ? <CardForm card={card} assetId={assetId} /> : <Loading />}
    </div>
  );
}

function CardForm({ card, assetId }: { readonly card: Card; readonly assetId: string | undefined }) {
  return assetId === undefined && photoFieldOf(card) ? (
    <PhotosForm card={card} />
  ) : (
    <AssetForm card={card} assetId={assetId} />
  );
}

/** The same heading before its card is there and after: it has the focus meanwhile. */
function CardHead({ card }: { readonly card: Card | undefined }) {
  const { say, language } = useText();
  return (
    <div className="page-head">
      <div>
        <h1 tabIndex={-1}>{card ? (language === 'en' ? card.nameEn : card.nameZh) : say('loading')}</h1>
        {card && <p className="muted">{language === 'en' ? card.summaryEn : card.summaryZh}</p>}
      </div>
    </div>
  );
}
