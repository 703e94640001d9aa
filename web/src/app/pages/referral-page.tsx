import { getReferral } from '../../../../shared/contract/referral.ts';
import { formatYuan } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { CommissionList } from '../referral/commission-list.tsx';
import { InviteLink } from '../referral/invite-link.tsx';
import { WithdrawalForm } from '../referral/withdrawal-form.tsx';
import { WithdrawalList } from '../referral/withdrawal-list.tsx';
import { useEndless } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

/** The merchant's own link, what it has brought, and the way to the money. */
export function ReferralPage() {
  const { say } = useText();
  const { client } = useWorkspace();
  const referral = useEndless({
    queryKey: ['referral'],
    read: (cursor, signal) => client.call(getReferral, { limit: '20', ...(cursor && { cursor }) }, { signal }),
  });
  return (
    <div className="page page-narrow">
      <h1 tabIndex={-1}>{say('referral')}</h1>
      <Loaded query={referral}>
        {({ pages }) => {
          const [first] = pages;
          if (!first) return null;
          const isFen = first.commissionUnit === 'fen';
          const lead = { rate: first.commissionBp / 100, days: first.freezeDays };
          const isOpen = first.withdrawals.some(({ endedAtMs }) => endedAtMs === undefined);
          return (
            <>
              <p className="muted">
                {first.on ? say(isFen ? 'referralLeadFen' : 'referralLeadCredits', lead) : say('referralOff')}
              </p>
              {first.inviteCode !== undefined && <InviteLink code={first.inviteCode} />}
              <Figures referral={first} />
              <CommissionList
                items={pages.flatMap(({ items }) => items)}
                hasMore={referral.hasNextPage}
                onMore={() => void referral.fetchNextPage()}
              />
              <section className="panel">
                <h2>{say('withdrawals')}</h2>
                <p className="hint">{say('withdrawalLead', { least: formatYuan(first.leastWithdrawalFen) })}</p>
                <WithdrawalList items={first.withdrawals} />
                {!isOpen && first.balanceFen >= first.leastWithdrawalFen && (
                  <WithdrawalForm balanceFen={first.balanceFen} />
                )}
              </section>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

interface FigureCounts {
  readonly invited: number;
  readonly paying: number;
  readonly balanceFen: number;
  readonly frozenFen: number;
  readonly frozenCredits: number;
  readonly owedCredits: number;
}

function Figures({ referral }: { readonly referral: FigureCounts }) {
  const { say } = useText();
  const { invited, paying, balanceFen, frozenFen, frozenCredits, owedCredits } = referral;
  const frozen = [
    ...(frozenFen > 0 || frozenCredits === 0 ? [formatYuan(frozenFen)] : []),
    ...(frozenCredits > 0 ? [say('referralCredits', { n: frozenCredits })] : []),
  ];
  const facts = [
    ['referralInvited', String(invited)],
    ['referralPaying', String(paying)],
    ['referralBalance', formatYuan(balanceFen)],
    ['referralFrozen', frozen.join(' · ')],
  ] as const;
  return (
    <section className="panel">
      <dl className="pairs-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{say(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {balanceFen < 0 && <p className="hint">{say('referralOwedFen')}</p>}
      {owedCredits > 0 && <p className="hint">{say('referralOwedCredits', { n: owedCredits })}</p>}
    </section>
  );
}
