import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getGrowth } from '../../../../shared/contract/ops-growth.ts';
import { formatYuan } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { useConsole } from '../console-context.ts';
import { FactList } from '../fact-list.tsx';
import { ReferralTable } from '../growth/referral-table.tsx';
import { type GrowthSettings, SettingsDialog } from '../growth/settings-dialog.tsx';
import type { Query } from '../hash-query.ts';
import { PageHead } from '../page-head.tsx';
import { useText } from '../use-text.ts';

/** What referral and welcome credits give, commissions, and withdrawals to work off. */
export function GrowthPage({ query }: { readonly query: Query }) {
  const { say } = useText();
  const { client, canWrite } = useConsole();
  const growth = useQuery({
    queryKey: ['get-growth'],
    queryFn: ({ signal }) => client.call(getGrowth, {}, { signal }),
  });
  const [editing, setEditing] = useState<GrowthSettings | null>(null);
  return (
    <div className="page page-wide">
      <PageHead title={say('growth')} lead={say('growthLead')}>
        {canWrite && growth.data && (
          <button type="button" className="button button-primary" onClick={() => setEditing(growth.data ?? null)}>
            {say('growthEdit')}
          </button>
        )}
      </PageHead>
      <section className="panel" aria-label={say('growthSettings')}>
        <Loaded query={growth}>{(data) => <SettingsFacts {...data} />}</Loaded>
      </section>
      <h2>{say('referralList')}</h2>
      <ReferralTable query={query} />
      {editing && <SettingsDialog settings={editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

function SettingsFacts({ referralOn, commissionBp, commissionUnit, creditDays, welcomeOn, ...rest }: GrowthSettings) {
  const { say } = useText();
  const { welcomeCredits, welcomeDays, requested, approved, waitingFen, leastWithdrawalFen } = rest;
  const onOff = (isOn: boolean): string => say(isOn ? 'growthOn' : 'growthOff');
  const rate = { rate: commissionBp / 100, days: creditDays };
  return (
    <FactList
      facts={[
        [say('growthReferral'), onOff(referralOn)],
        [say('growthRate'), say(commissionUnit === 'fen' ? 'growthRateFen' : 'growthRateCredits', rate)],
        [say('growthLeastFact'), formatYuan(leastWithdrawalFen)],
        [
          say('growthWelcome'),
          `${onOff(welcomeOn)} · ${say('growthWelcomeFact', { n: welcomeCredits, days: welcomeDays })}`,
        ],
        [say('growthWaiting'), say('growthWaitingFact', { n: requested, m: approved, amount: formatYuan(waitingFen) })],
      ]}
    />
  );
}
