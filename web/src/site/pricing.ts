import { listPlans } from '../../../shared/contract/membership.ts';
import { formatYuan } from '../core/format.ts';
import { readLanguage } from '../core/preferences.ts';
import { byId, element } from './dom.ts';
import { publicClient } from './public-client.ts';
import { say, startSite } from './site-language.ts';

type Plans = Awaited<ReturnType<typeof askPlans>>;
const askPlans = () => publicClient().call(listPlans, {});

let plans: Plans | 'failed' | null = null;

function draw(): void {
  const list = byId('plans', HTMLUListElement);
  if (plans === null) return;
  if (plans === 'failed') {
    list.replaceChildren(element('li', { class: 'muted' }, say('plansFailed')));
    return;
  }
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
          ...[say('planCredits', { n: plan.credits }), say('planRefund'), say('planStack'), say('planPay')].map(
            (line) => element('li', {}, line),
          ),
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
