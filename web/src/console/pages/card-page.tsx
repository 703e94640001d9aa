import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getCard } from '../../../../shared/contract/ops-cards.ts';
import { Failure, Loading } from '../../ui/messages.tsx';
import { toast } from '../../ui/toasts.tsx';
import { CardEditor } from '../cards/card-editor.tsx';
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
      {found.isPending && <Loading />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && whole && (
        <>
          <p className="mono">{`${featureId} · v${found.data.version}`}</p>
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
          {canWrite && (
            <CardEditor
              key={`${isCopying} ${found.data.version}`}
              card={isCopying ? { ...whole, id: `${whole.id}_2` } : whole}
              baseVersion={isCopying ? 0 : found.data.version}
              onSaved={onSaved}
            />
          )}
          {!isCopying && <CardVersions card={found.data} />}
        </>
      )}
    </div>
  );
}
