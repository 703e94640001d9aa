import { useState } from 'react';
import { formatStamp } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/messages.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import type { ConsoleMessage } from '../console-messages.ts';
import { useText } from '../use-text.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import type { Lot, MerchantDetail } from './use-merchant.ts';

const SOURCES: Readonly<Record<string, ConsoleMessage>> = {
  pay: 'sourcePay',
  redeem: 'sourceRedeem',
  grant: 'sourceGrant',
  goodwill: 'sourceGoodwill',
  refund: 'sourceRefund',
};

const isLive = ({ expiresAtMs, revokedAtMs }: Lot): boolean => revokedAtMs === undefined && expiresAtMs > Date.now();

/** Where the credits of a merchant come from, and what is left of each lot. */
export function LotTable({ merchant }: { readonly merchant: MerchantDetail }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const [revoking, setRevoking] = useState<Lot | null>(null);
  const stateOf = (lot: Lot) => {
    if (lot.revokedAtMs !== undefined) return <Tag tone="bad">{say('lotRevoked')}</Tag>;
    return isLive(lot) ? <Tag tone="good">{say('lotLive')}</Tag> : <Tag tone="plain">{say('lotExpired')}</Tag>;
  };
  const columns: readonly Column<Lot>[] = [
    { head: say('lotSource'), cell: ({ source }) => say(SOURCES[source.split(':')[0] ?? ''] ?? 'sourceOther') },
    { head: say('state'), cell: stateOf },
    { head: say('lotLeft'), cell: ({ remaining, amount }) => `${remaining} / ${amount}`, isNumber: true },
    { head: say('access'), cell: ({ access }) => say(access === 'member' ? 'accessMember' : 'accessBasic') },
    { head: say('createdAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
    { head: say('expiresAt'), cell: ({ expiresAtMs }) => formatStamp(expiresAtMs, language) },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (lot: Lot) =>
              isLive(lot) && lot.remaining > 0 ? (
                <button type="button" className="button button-small" onClick={() => setRevoking(lot)}>
                  {say('revoke')}
                </button>
              ) : (
                '–'
              ),
          },
        ]
      : []),
  ];
  if (merchant.lots.length === 0) return <Empty icon="credits" title={say('lotsEmpty')} />;
  return (
    <>
      <DataTable label={say('lots')} columns={columns} rows={merchant.lots} keyOf={({ lotId }) => lotId} />
      {revoking && <RevokeDialog merchantId={merchant.merchantId} lot={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}
