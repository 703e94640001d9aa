import type * as z from 'zod/mini';
import type { getReferral } from '../../../../shared/contract/referral.ts';
import { formatDay, formatTime, formatYuan } from '../../core/format.ts';
import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';

type Commission = z.output<typeof getReferral.output>['items'][number];

interface CommissionListProps {
  readonly items: readonly Commission[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** What others' first orders have earned, newest first. */
export function CommissionList({ items, hasMore, onMore }: CommissionListProps) {
  const { say, language } = useText();
  const amountOf = (unit: Commission['unit'], amount: number): string =>
    unit === 'fen' ? formatYuan(amount) : say('referralCredits', { n: amount });
  return (
    <section className="panel">
      <h2>{say('commissions')}</h2>
      {items.length === 0 && <p className="muted">{say('commissionsNone')}</p>}
      <ul className="sessions commissions">
        {items.map(({ commissionId, unit, amount, reversed, createdAtMs, ...one }) => (
          <li key={commissionId}>
            <div>
              <p className="session-name">{amountOf(unit, one.state === 'void' ? 0 : amount - reversed)}</p>
              <p className="hint">
                {[
                  formatTime(createdAtMs, language),
                  ...(reversed > 0 ? [say('commissionReversedPart', { amount: amountOf(unit, reversed) })] : []),
                ].join(' · ')}
              </p>
            </div>
            <StateTag {...one} isReversed={amount === reversed} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="button" onClick={onMore}>
          {say('more')}
        </button>
      )}
    </section>
  );
}

interface StateTagProps extends Pick<Commission, 'state' | 'releaseAtMs'> {
  readonly isReversed: boolean;
}

function StateTag({ state, releaseAtMs = 0, isReversed }: StateTagProps) {
  const { say, language } = useText();
  if (state === 'void') return <Tag tone="plain">{say('commissionVoid')}</Tag>;
  if (isReversed) return <Tag tone="plain">{say('commissionReversed')}</Tag>;
  if (state === 'released') return <Tag tone="good">{say('commissionReleased')}</Tag>;
  return <Tag tone="warn">{say('commissionFrozen', { day: formatDay(releaseAtMs, language) })}</Tag>;
}
