import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listAllPlans } from '../../../../shared/contract/ops-plans.ts';
import { formatYuan } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { PageHead } from '../page-head.tsx';
import { PlanDialog } from '../plans/plan-dialog.tsx';
import type { Plan } from '../plans/plan-draft.ts';
import { useText } from '../use-text.ts';

/** What merchants can buy, and what they could once. */
export function PlansPage() {
  const { say, language } = useText();
  const { client, canWrite } = useConsole();
  const plans = useQuery({
    queryKey: ['list-all-plans'],
    queryFn: ({ signal }) => client.call(listAllPlans, {}, { signal }),
  });
  /** Null: a new one. */
  const [chosen, setChosen] = useState<Plan | null | undefined>(undefined);
  const columns: readonly Column<Plan>[] = [
    { head: say('plans'), cell: ({ nameZh, nameEn }) => (language === 'en' ? nameEn : nameZh), isText: true },
    { head: say('planId'), cell: ({ planId, version }) => `${planId} · v${version}` },
    {
      head: say('state'),
      cell: ({ onSale }) => <Tag tone={onSale ? 'good' : 'plain'}>{say(onSale ? 'planSelling' : 'planOff')}</Tag>,
    },
    { head: say('amount'), cell: ({ amountFen }) => formatYuan(amountFen), isNumber: true },
    { head: say('planCredits'), cell: ({ credits }) => credits, isNumber: true },
    { head: say('planDays'), cell: ({ days }) => days, isNumber: true },
    { head: say('access'), cell: ({ access }) => say(access === 'member' ? 'accessMember' : 'accessBasic') },
    { head: say('planPosition'), cell: ({ position }) => position, isNumber: true },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (plan: Plan) => (
              <button type="button" className="button button-small" onClick={() => setChosen(plan)}>
                {say('planEdit')}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('plans')} lead={say('plansLead')}>
        {canWrite && (
          <button type="button" className="button button-primary" onClick={() => setChosen(null)}>
            {say('planNew')}
          </button>
        )}
      </PageHead>
      <Loaded query={plans}>
        {({ items }) => (
          <DataTable label={say('plans')} columns={columns} rows={items} keyOf={({ planId }) => planId} />
        )}
      </Loaded>
      {chosen !== undefined && <PlanDialog plan={chosen} onClose={() => setChosen(undefined)} />}
    </div>
  );
}
