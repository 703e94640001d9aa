import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listCards } from '../../../../shared/contract/ops-cards.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { CardStateDialog, type ListedCard } from '../cards/card-state-dialog.tsx';
import { useConsole } from '../console-context.ts';
import { PageHead } from '../page-head.tsx';
import { useText } from '../use-text.ts';

const ACCESS = { basic: 'accessAll', member: 'accessMembers', whitelist: 'accessWhitelist' } as const;

/** Every feature card, open or closed. */
export function CardsPage() {
  const { say, language } = useText();
  const { client, canWrite } = useConsole();
  const cards = useQuery({
    queryKey: ['list-cards'],
    queryFn: ({ signal }) => client.call(listCards, {}, { signal }),
    staleTime: 0,
  });
  const [chosen, setChosen] = useState<ListedCard | null>(null);
  const at = language === 'en' ? 'en' : 'zh';
  const columns: readonly Column<ListedCard>[] = [
    {
      head: say('card'),
      cell: ({ featureId, nameZh, nameEn }) => (
        <a href={`#/cards/${featureId}`}>{language === 'en' ? nameEn : nameZh}</a>
      ),
      isText: true,
    },
    {
      head: say('cardId'),
      cell: ({ featureId, version }) => <span className="mono">{`${featureId} · v${version}`}</span>,
      isText: true,
    },
    { head: say('cardCategory'), cell: ({ category }) => category },
    { head: say('cardCredits'), cell: ({ credits }) => credits, isNumber: true },
    { head: say('cardAccess'), cell: ({ access }) => say(ACCESS[access]) },
    { head: say('state'), cell: (card) => <CardState card={card} /> },
    { head: say('closedWhy'), cell: ({ closed }) => closed?.[at] ?? '–', isText: true },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (card: ListedCard) => (
              <button type="button" className="button button-small" onClick={() => setChosen(card)}>
                {say(card.enabled ? 'cardClose' : 'cardOpen')}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('cards')} lead={say('cardsLead')} />
      <Loaded query={cards}>
        {({ items }) => (
          <DataTable label={say('cards')} columns={columns} rows={items} keyOf={({ featureId }) => featureId} />
        )}
      </Loaded>
      {chosen && <CardStateDialog card={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}

/** Open, closed by somebody, or open and yet not to be ordered: an engine is missing. */
function CardState({ card: { enabled, closed } }: { readonly card: ListedCard }) {
  const { say } = useText();
  if (!enabled) return <Tag tone="plain">{say('cardClosed')}</Tag>;
  return closed ? <Tag tone="warn">{say('cardUnable')}</Tag> : <Tag tone="good">{say('cardOpened')}</Tag>;
}
