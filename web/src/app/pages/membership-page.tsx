import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { purchaseMembership } from '../../../../shared/contract/membership.ts';
import { formatYuan } from '../../core/format.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { channelName } from '../channel-name.ts';
import { MembershipState } from '../membership-state.tsx';
import { OrderList } from '../order-list.tsx';
import { RedeemForm } from '../redeem-form.tsx';
import { go } from '../router.ts';
import { usePlans } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

type Plans = NonNullable<ReturnType<typeof usePlans>['data']>;

export function MembershipPage() {
  const { say } = useText();
  const plans = usePlans();
  return (
    <div className="page page-narrow">
      <h1 tabIndex={-1}>{say('membershipTitle')}</h1>
      <MembershipState />
      {plans.isPending && <Loading />}
      {plans.isError && <Failure error={plans.error} onRetry={() => void plans.refetch()} />}
      {plans.data?.plans.map((plan) => (
        <PlanOffer key={plan.planId} plan={plan} channels={plans.data.channels} />
      ))}
      <RedeemForm />
      <OrderList />
    </div>
  );
}

type Method = Plans['channels'][number]['methods'][number];

/** A phone cannot scan its own screen: there the channel's own page opens, which opens its app. */
function methodFor(methods: readonly Method[]): Method {
  const isPhone = matchMedia('(pointer: coarse) and (max-width: 600px)').matches;
  return (isPhone && methods.find((method) => method === 'h5' || method === 'wap')) || 'qr';
}

function PlanOffer({
  plan,
  channels,
}: {
  readonly plan: Plans['plans'][number];
  readonly channels: Plans['channels'];
}) {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const open = channels.filter((one) => one.open).map(({ channel }) => channel);
  const [chosen, setChosen] = useState(open[0]);
  const [error, setError] = useState<unknown>(null);
  // One key a page and offer: pressed twice, it is one order.
  const [shown, setShown] = useState(() => ({ offer: plan.offer, key: crypto.randomUUID() }));
  if (shown.offer !== plan.offer) setShown({ offer: plan.offer, key: crypto.randomUUID() });
  const [isBusy, setBusy] = useState(false);
  const buy = async (): Promise<void> => {
    if (!chosen) return;
    setBusy(true);
    setError(null);
    try {
      const method = methodFor(channels.find(({ channel }) => channel === chosen)?.methods ?? []);
      // Of functions that were rolled back there is no offer: then none is sent, for they refuse a field that they do not know.
      const { planId, offer } = plan;
      const input = { planId, offer, channel: chosen, method, returnPath: '/app/#/membership' };
      const idempotencyKey = `${shown.key}-${chosen}-${method}`;
      const order = await client.call(purchaseMembership, input, { idempotencyKey });
      go(`#/orders/${order.orderId}`);
      if (order.payUrl !== undefined) location.assign(order.payUrl);
    } catch (failure) {
      setError(failure);
      if (failure instanceof ApiCallError && failure.code === 'PLAN_CHANGED') void outdate(queries, 'plans');
      setBusy(false);
    }
  };
  return (
    <section className="panel plan">
      <h2>{language === 'en' ? plan.nameEn : plan.nameZh}</h2>
      <p className="price">
        {formatYuan(plan.amountFen)} <small>{say('planPer', { n: plan.days })}</small>
      </p>
      <ul className="ticks">
        <li>{say('planCredits', { n: plan.credits })}</li>
        {/* Of functions that were rolled back there is none: then nothing is promised. */}
        {plan.access === 'member' && <li>{say('planForAll')}</li>}
        {plan.access === 'basic' && <li>{say('planForBasic')}</li>}
        <li>{say('planRefund')}</li>
        <li>{say('planStack')}</li>
        <li>{say('planNoRenewal')}</li>
      </ul>
      {open.length === 0 ? (
        <p className="bad-text">{say('channelsClosed')}</p>
      ) : (
        <>
          <FieldGroup id="channel" label={say('payWith')}>
            <div className="choices">
              {open.map((channel) => (
                <label key={channel} className="choice">
                  <input type="radio" name="channel" checked={chosen === channel} onChange={() => setChosen(channel)} />
                  {channelName(channel, say)}
                </label>
              ))}
            </div>
          </FieldGroup>
          <button
            type="button"
            className="button button-primary button-large"
            disabled={isBusy}
            onClick={() => void buy()}
          >
            {say('buyNow')} · {formatYuan(plan.amountFen)}
          </button>
        </>
      )}
      {error !== null && <Failure error={error} />}
    </section>
  );
}
