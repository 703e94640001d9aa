import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getCard } from '../../../../shared/contract/ops-cards.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { toast } from '../../ui/toasts.tsx';
import { CardEditor } from '../cards/card-editor.tsx';
import { CardRollout } from '../cards/card-rollout.tsx';
import { CardVersions } from '../cards/card-versions.tsx';
import { useConsole } from '../console-context.ts';
import { hashWith } from '../hash-query.ts';
import { useText } from '../use-text.ts';

/** One card: edited, copied to a new one, and compared with what it was. */
export function CardPage({ featureId }: { readonly featureId: string }) {
  const { say, language } = useText();
  const { client, canWrite } = useConsole();
  const queries = useQueryClient();
  const [isCopying, setCopying] = useState(false);
  const found = useQuery({
    queryKey: ['get-card', featureId],
    queryFn: ({ signal }) => client.call(getCard, { featureId }, { signal }),
    staleTime: 0,
  });
  const onSaved = (savedId: string): void => {
    for (const key of ['get-card', 'list-cards']) void queries.invalidateQueries({ queryKey: [key] });
    toast(say('cardSavedToast'));
    setCopying(false);
    if (savedId !== featureId) location.hash = `#/cards/${savedId}`;
  };
  const whole = found.data?.card;
  const name = whole && (language === 'en' ? whole.nameEn : whole.nameZh);
  return (
    <div className="page page-wide">
      <a href="#/cards">{say('backToCards')}</a>
      <h1 tabIndex={-1}>{isCopying ? say('cardNew') : (name ?? say('card'))}</h1>
      <Loaded query={found}>
        {(shown) => (
          <>
            <p className="mono">{`${featureId} · v${shown.version}`}</p>
            {canWrite && (
              <div className="buttons">
                <button type="button" className="button" onClick={() => setCopying((was) => !was)}>
                  {say(isCopying ? 'cancel' : 'cardCopy')}
                </button>
                <a className="button button-quiet" href={hashWith('audit', { target: featureId })}>
                  {say('auditOfThis')}
                </a>
              </div>
            )}
            {!isCopying && <CardRollout shown={shown} />}
            {canWrite && (
              <CardEditor
                key={`${isCopying} ${shown.version}`}
                card={isCopying ? { ...shown.card, id: `${shown.card.id}_2` } : shown.card}
                baseVersion={isCopying ? 0 : shown.version}
                onSaved={onSaved}
              />
            )}
            {!isCopying && <CardVersions card={shown} />}
          </>
        )}
      </Loaded>
    </div>
  );
}
