import { Icon, type IconName } from '../ui/icon.tsx';
import { Failure, Loading } from '../ui/messages.tsx';
import { CARD_CATEGORIES } from './card-categories.ts';
import { type Card, isOffered, photoFieldOf, takesAsset } from './forms/card-form.ts';
import { useFeatures } from './use-api.ts';
import { useText } from './use-text.ts';

const ICONS: Readonly<Record<string, IconName>> = { video: 'play' };

/** The cards that are open, by category; with an asset, those that take a photo, which it will be. */
export function CardList({ assetId }: { readonly assetId?: string }) {
  const { say } = useText();
  const features = useFeatures();
  if (features.isPending) return <Loading />;
  if (features.isError) return <Failure error={features.error} onRetry={() => void features.refetch()} />;
  const cards = features.data.features.filter((card) => isOffered(card) && (assetId === undefined || takesAsset(card)));
  const categories = [...new Set(cards.map(({ category }) => category))];
  return categories.map((category) => {
    const title = CARD_CATEGORIES[category];
    return (
      <section key={category}>
        <h2>{title ? say(title) : category}</h2>
        <ul className="cards">
          {cards
            .filter((card) => card.category === category)
            .map((card) => (
              <CardItem key={card.featureId} card={card} assetId={assetId} />
            ))}
        </ul>
      </section>
    );
  });
}

function CardItem({ card, assetId }: { readonly card: Card; readonly assetId: string | undefined }) {
  const { say, language } = useText();
  const { featureId, category } = card;
  const takesPhoto = photoFieldOf(card) !== undefined;
  const from = assetId === undefined ? '' : `/${encodeURIComponent(assetId)}`;
  return (
    <li>
      <a className="feature-card" href={`#/create/${featureId}${from}`}>
        <span className="feature-mark">
          <Icon name={takesPhoto ? (ICONS[category] ?? 'image') : 'text'} size={26} />
        </span>
        <h3>{language === 'en' ? card.nameEn : card.nameZh}</h3>
        <p className="muted">{language === 'en' ? card.summaryEn : card.summaryZh}</p>
        <p className="feature-foot">
          <span>{say(takesPhoto ? 'cost' : 'costOnce', { n: card.credits })}</span>
          <span className="tile-action">{say('start')} →</span>
        </p>
      </a>
    </li>
  );
}
