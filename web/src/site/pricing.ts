import { listPlans } from '../../../shared/contract/membership.ts';
import { formatYuan } from '../core/format.ts';
import { readLanguage } from '../core/preferences.ts';
import { byId, element } from './dom.ts';
import { publicClient } from './public-client.ts';
import { say, startSite } from './site-language.ts';

type Plans = Awaited<ReturnType<typeof askPlans>>;
const askPlans = () => publicClient().call(listPlans, {});

let plans: Plans | 'failed' | null = null;

/** The channels that are open now, in words; null when none is. */
function payLine({ channels }: Plans): string | null {
  const names = { wechat: say('channelWechat'), alipay: say('channelAlipay') };
  const open = channels.filter((one) => one.open).map(({ channel }) => names[channel]);
  return open.length === 0 ? null : say('planPay', { channels: open.join(' / ') });
}

function draw(): void {
  const list = byId('plans', HTMLUListElement);
  if (plans === null) return;
  if (plans === 'failed') {
    list.replaceChildren(element('li', { class: 'muted' }, say('plansFailed')));
    return;
  }
  const known = plans;
  const isEnglish = readLanguage() === 'en';
  list.replaceChildren(
    ...plans.plans.map((plan) =>
      element(
        'li',
        { class: 'plan' },
        element('h2', {}, isEnglish ? plan.nameEn : plan.nameZh),
        element(
          'p',
          { class: 'price' },
          formatYuan(plan.amountFen),
          ' ',
          element('small', {}, say('perDays', { n: plan.days })),
        ),
        element(
          'ul',
          {},
          ...[say('planCredits', { n: plan.credits }), say('planRefund'), say('planStack'), payLine(known)]
            .filter((line) => line !== null)
            .map((line) => element('li', {}, line)),
        ),
        element('a', { class: 'button button-primary button-large', href: '/app/#/membership' }, say('buy')),
      ),
    ),
  );
}

startSite(draw);
try {
  plans = await askPlans();
} catch {
  plans = 'failed';
}
draw();
