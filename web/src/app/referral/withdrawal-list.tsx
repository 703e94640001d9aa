import type * as z from 'zod/mini';
import type { getReferral } from '../../../../shared/contract/referral.ts';
import { formatTime, formatYuan } from '../../core/format.ts';
import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';

type Withdrawal = z.output<typeof getReferral.output>['withdrawals'][number];

const STATES = {
  requested: ['withdrawalRequested', 'warn'],
  approved: ['withdrawalApproved', 'busy'],
  paid: ['withdrawalPaid', 'good'],
  rejected: ['withdrawalRejected', 'bad'],
} as const;

/** What was asked for and what became of it, newest first; nothing while there are none. */
export function WithdrawalList({ items }: { readonly items: readonly Withdrawal[] }) {
  const { say, language } = useText();
  if (items.length === 0) return null;
  return (
    <ul className="sessions withdrawals">
      {items.map(({ withdrawalId, state, amountFen, payeeMasked, reason, createdAtMs }) => (
        <li key={withdrawalId}>
          <div>
            <p className="session-name">
              {formatYuan(amountFen)} · {payeeMasked}
            </p>
            <p className="hint">
              {[formatTime(createdAtMs, language), ...(state === 'rejected' && reason ? [reason] : [])].join(' · ')}
            </p>
          </div>
          <Tag tone={STATES[state][1]}>{say(STATES[state][0])}</Tag>
        </li>
      ))}
    </ul>
  );
}
