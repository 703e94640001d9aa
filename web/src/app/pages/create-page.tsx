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
  const { say } = useText();
  const features = useFeatures();
  if (features.isPending) {
    return (
      <div className="page">
        <h1 tabIndex={-1}>{say('loading')}</h1>
        <Loading />
      </div>
    );
  }
  if (features.isError) return <Failure error={features.error} onRetry={() => void features.refetch()} />;
  const card = features.data.features.find((one) => one.featureId === featureId && isOffered(one));
  if (!card || (assetId !== undefined && !takesAsset(card))) return <NotFoundPage />;
  return (
    <div className="page">
      <CardHead card={card} />
      {assetId === undefined && photoFieldOf(card) ? (
        <PhotosForm card={card} />
      ) : (
        <AssetForm card={card} assetId={assetId} />
      )}
    </div>
  );
}

function CardHead({ card }: { readonly card: Card }) {
  const { language } = useText();
  return (
    <div className="page-head">
      <div>
        <h1 tabIndex={-1}>{language === 'en' ? card.nameEn : card.nameZh}</h1>
        <p className="muted">{language === 'en' ? card.summaryEn : card.summaryZh}</p>
      </div>
    </div>
  );
}
