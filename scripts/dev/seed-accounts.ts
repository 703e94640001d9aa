import { DemoMerchant } from '../demo/demo-merchant.ts';
import { drawGarment } from '../garments/draw-garment.ts';
import type { Cloud } from '../local/start-cloud.ts';

export interface SeededAccount {
  readonly phone: string;
  readonly is: string;
}

const DAY_MS = 86_400_000;
const PLAN = 'monthly_99';
/** A phone is sent one code a minute: whoever signs in to an account right after the start is not to wait for that. */
const BEFORE_MS = 61_000;
/** A phone each, so that they can be signed in to: the code comes to the local inbox. */
const PHONES = {
  fresh: '13900000001',
  member: '13900000002',
  expiring: '13900000003',
  expired: '13900000004',
  empty: '13900000005',
  operator: '13900000008',
  support: '13900000009',
} as const;
const GARMENTS = [
  ['t-shirt', 11],
  ['dress', 23],
  ['plaid-shirt', 42],
] as const;

/**
 * Merchants as one meets them, made through the API like any other: those of the past while the cloud's clock stands in
 * the past. The clock is back at now afterwards.
 */
export async function seedAccounts(cloud: Cloud, say: (line: string) => void): Promise<SeededAccount[]> {
  say('演示账号 seeding the demo accounts …');
  const merchant = async (phone: string): Promise<DemoMerchant> => {
    const one = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
    await one.signIn(phone);
    return one;
  };
  cloud.clock.shift(-40 * DAY_MS);
  await (await merchant(PHONES.expired)).buyPlan(PLAN);
  cloud.clock.shift(15 * DAY_MS);
  await (await merchant(PHONES.expiring)).buyPlan(PLAN);
  cloud.clock.shift(25 * DAY_MS - BEFORE_MS);
  await merchant(PHONES.fresh);
  await seedEmpty(await merchant(PHONES.empty));
  await seedMember(await merchant(PHONES.member));
  await (await merchant(PHONES.operator)).takeRole('operator', '林运营');
  await (await merchant(PHONES.support)).takeRole('support', '周客服');
  cloud.clock.shift(BEFORE_MS);
  return [
    { phone: PHONES.fresh, is: '新注册，没有套餐 new, without a plan' },
    { phone: PHONES.member, is: '会员，有任务和一次失败 member with tasks, one of them failed' },
    { phone: PHONES.expiring, is: '5 天后到期 ends in 5 days' },
    { phone: PHONES.expired, is: '10 天前到期 ended 10 days ago' },
    { phone: PHONES.empty, is: '额度用完（1 小时内） no credits left, for an hour' },
    { phone: PHONES.operator, is: '运营，动态口令在后台扫码绑定 operator of the console, enrols there' },
    { phone: PHONES.support, is: '客服，只读 support, looks only' },
  ];
}

/** Tasks whose photos never come: their credits are away for an hour, then the sweeper returns them. */
async function seedEmpty(merchant: DemoMerchant): Promise<void> {
  await merchant.buyPlan(PLAN);
  for (let left = await merchant.balance(); left > 0; left--) await merchant.reserve('basic_clean');
}

async function seedMember(merchant: DemoMerchant): Promise<void> {
  await merchant.buyPlan(PLAN);
  for (const [kind, seed] of GARMENTS) {
    const bytes = await drawGarment({ kind, seed, width: 600, height: 800 });
    await merchant.submit('basic_clean', { name: `${kind}.jpg`, bytes, contentType: 'image/jpeg' });
  }
  const noPicture = { name: 'no.jpg', bytes: Buffer.from('no picture'), contentType: 'image/jpeg' } as const;
  await merchant.submit('basic_clean', noPicture);
}
