import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { type getCard, setCardMerchant, setCardState } from '../../../../shared/contract/ops-cards.ts';
import { formatStamp } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useConsole } from '../console-context.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { TargetLink } from '../target-link.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';

type CardAnswer = z.output<typeof getCard.output>;
type Access = CardAnswer['card']['access'];
type Listed = CardAnswer['merchants']['items'][number];

const NOW = { basic: 'accessAll', member: 'accessMembers', whitelist: 'accessWhitelist' } as const;
const GIVE = { member: 'cardGiveMembers', basic: 'cardGiveAll', whitelist: 'cardGiveList' } as const;

/** For whom the card is: a few merchants that are named first, then everybody whose plan has it. */
export function CardRollout({ shown }: { readonly shown: CardAnswer }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const [asked, setAsked] = useState<Access | 'add' | Listed | null>(null);
  const { card, merchants, version, currentVersion } = shown;
  const close = (): void => setAsked(null);
  const name = language === 'en' ? card.nameEn : card.nameZh;
  const columns: readonly Column<Listed>[] = [
    { head: say('merchant'), cell: ({ merchantId }) => <TargetLink id={merchantId} /> },
    { head: say('addedAt'), cell: ({ addedAtMs }) => formatStamp(addedAtMs, language) },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (one: Listed) => (
              <button type="button" className="button button-small" onClick={() => setAsked(one)}>
                {say('listRemove')}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <section className="panel" id="card-rollout">
      <h2>{say('cardRollout')}</h2>
      <p>{say('cardNow', { access: say(NOW[card.access]) })}</p>
      {canWrite && version === currentVersion && (
        <div className="buttons">
          {(Object.keys(GIVE) as Access[])
            .filter((access) => access !== card.access)
            .map((access) => (
              <button key={access} type="button" className="button" onClick={() => setAsked(access)}>
                {say(GIVE[access])}
              </button>
            ))}
          <button type="button" className="button" onClick={() => setAsked('add')}>
            {say('listAdd')}
          </button>
        </div>
      )}
      <p className="hint">
        {say('listCount', { n: merchants.count })}
        {merchants.count > merchants.items.length && ` · ${say('listMore', { n: merchants.items.length })}`}
      </p>
      {card.access !== 'whitelist' && merchants.count > 0 && <p className="hint">{say('listIdle')}</p>}
      {merchants.count === 0 && card.access === 'whitelist' && <p className="muted">{say('listEmpty')}</p>}
      {merchants.items.length > 0 && (
        <DataTable
          label={say('accessWhitelist')}
          columns={columns}
          rows={merchants.items}
          keyOf={({ merchantId }) => merchantId}
        />
      )}
      {(asked === 'basic' || asked === 'member' || asked === 'whitelist') && (
        <GiveDialog shown={shown} access={asked} onClose={close} />
      )}
      {asked === 'add' && <ListDialog featureId={card.id} name={name} onClose={close} />}
      {typeof asked === 'object' && asked !== null && (
        <ListDialog featureId={card.id} name={name} removed={asked.merchantId} onClose={close} />
      )}
    </section>
  );
}

function useRefresh(done: string, onClose: () => void): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ['get-card', 'list-cards']) void queries.invalidateQueries({ queryKey: [key] });
    toast(done);
    onClose();
  };
}

interface GiveDialogProps {
  readonly shown: CardAnswer;
  readonly access: Access;
  readonly onClose: () => void;
}

function GiveDialog({ shown: { featureId, version, card }, access, onClose }: GiveDialogProps) {
  const { say } = useText();
  const giving = useAction(setCardState, ['reason'], useRefresh(say('cardGiven'), onClose));
  const closed = {
    ...(card.closedZh && { closedZh: card.closedZh }),
    ...(card.closedEn && { closedEn: card.closedEn }),
  };
  return (
    <ReasonDialog
      title={say(GIVE[access])}
      submit={say(GIVE[access])}
      action={giving}
      onSubmit={(reason) =>
        void giving.run({ featureId, version, enabled: card.enabled, access, reason, ...(!card.enabled && closed) })
      }
      onClose={onClose}
    >
      <p>{say('cardGiveText')}</p>
    </ReasonDialog>
  );
}

interface ListDialogProps {
  readonly featureId: string;
  readonly name: string;
  /** Absent: somebody is added. */
  readonly removed?: string;
  readonly onClose: () => void;
}

function ListDialog({ featureId, name, removed, onClose }: ListDialogProps) {
  const { say } = useText();
  const [merchantId, setMerchant] = useState('');
  const onDone = useRefresh(say(removed === undefined ? 'listAdded' : 'listRemoved'), onClose);
  const setting = useAction(setCardMerchant, ['merchantId', 'reason'], onDone);
  const isAdding = removed === undefined;
  return (
    <ReasonDialog
      title={say(isAdding ? 'listAddTitle' : 'listRemoveTitle', { name })}
      submit={say(isAdding ? 'listAdd' : 'listRemove')}
      isDanger={!isAdding}
      action={setting}
      onSubmit={(reason) =>
        void setting.run({ featureId, merchantId: removed ?? merchantId.trim(), allowed: isAdding, reason })
      }
      onClose={onClose}
    >
      {isAdding ? (
        <TextField
          id="listed-merchant"
          label={say('merchantId')}
          placeholder="mch_…"
          error={setting.errorOf('merchantId')}
          value={merchantId}
          onChange={setMerchant}
        />
      ) : (
        <p>{say('listRemoveText', { id: removed })}</p>
      )}
    </ReasonDialog>
  );
}
