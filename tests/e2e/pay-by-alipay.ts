import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CloudStage } from '../../scripts/soak/cloud-stage.ts';
import * as auth from '../../shared/contract/auth.ts';
import { type Client, createClient } from '../../shared/contract/client.ts';
import * as membership from '../../shared/contract/membership.ts';
import * as quota from '../../shared/contract/quota.ts';
import type { Place } from './place.ts';

let stage: CloudStage;
let serial = 0;

/** Over HTTP and nothing else: the code is read from the inbox. */
async function signedIn(): Promise<Client> {
  const { apiUrl, localUrl } = stage.cloud;
  let accessToken: string | undefined;
  const client = createClient({ baseUrl: apiUrl, fetch, accessToken: () => accessToken });
  serial += 1;
  const phone = `1390013${String(serial).padStart(4, '0')}`;
  await client.call(auth.sendCode, { phone });
  const inbox = (await (await fetch(`${localUrl}/sms`)).json()) as { phone: string; code: string }[];
  const code = inbox.find((sms) => sms.phone.endsWith(phone))?.code ?? '';
  const login = await client.call(auth.login, { phone, code, consentVersion: '2026-11', tokenIn: 'body' });
  accessToken = login.accessToken;
  return client;
}

/** What the payer sees: the address itself, or what scanning the code opens. */
function openPage({
  payUrl,
  codeUrl,
}: {
  readonly payUrl?: string | undefined;
  readonly codeUrl?: string | undefined;
}) {
  const scanned = `${stage.cloud.localUrl}/pay/cashier?qr_code=${encodeURIComponent(codeUrl ?? '')}`;
  return fetch(payUrl ?? scanned);
}

async function pay(client: Client, method: 'page' | 'wap' | 'qr') {
  const idempotencyKey = randomUUID();
  const asked = { planId: 'monthly_99', channel: 'alipay', method } as const;
  const order = await client.call(membership.purchaseMembership, asked, { idempotencyKey });
  const page = new URL((await openPage(order)).url);
  await fetch(`${page.origin}${page.pathname}/pay${page.search}`, { method: 'POST' });
  for (let waited = 0; waited < 100; waited += 1) {
    const { state } = await client.call(membership.getOrder, { orderId: order.orderId });
    if (state === 'paid') break;
    await sleep(100);
  }
  return { orderId: order.orderId, page };
}

const METHODS = ['qr', 'page', 'wap'] as const;

export function payByAlipay(place: Place): void {
  describe(`a membership bought through Alipay, ${place.name}`, () => {
    beforeAll(() => {
      stage = place.stage();
    });
    it.each(place.isWhole ? METHODS : METHODS.slice(0, 1))(
      'by %s: paid at the cashier, told to the callback, granted',
      async (method) => {
        const client = await signedIn();
        const { orderId, page } = await pay(client, method);
        expect(page.searchParams.get('channel')).toBe('alipay');
        expect((await client.call(quota.queryQuota, {})).available).toBe(100);
        // On a busy machine our own question may settle it first.
        const told = () => stage.cloud.cashier.sent().filter(({ outTradeNo }) => outTradeNo.startsWith(orderId));
        await expect
          .poll(() => told().map(({ channel, subject, status }) => [channel, subject, status]), { timeout: 20_000 })
          .toEqual([['alipay', 'payment', 200]]);
        // Accepted: Alipay would come again after four minutes otherwise.
        expect(await stage.cloud.cashier.tick()).toBe(0);
        expect(await stage.audit()).toEqual([]);
      },
    );
  });
}
