import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { type AuthStage, newAddress, newPhone, startAuthStage } from './auth-stage.ts';
import { whileLocked } from './while-locked.ts';

const HOUR_MS = 3_600_000;

let database: FreshDatabase;
let stage: AuthStage;
beforeAll(async () => {
  database = await freshDatabase();
  stage = await startAuthStage(database, { SMS_DAILY_BUDGET: '5' });
});
afterAll(async () => {
  await stage.close();
  await database.drop();
});

it('the day’s budget is spent once, however many ask at once, and comes back at midnight in Shanghai', async () => {
  const instances = await stage.newInstances('send-code', 12);
  const ask = () => Promise.all(instances.map((call) => call({ body: { phone: newPhone() }, sourceIp: newAddress() })));
  const held = {
    sql: "INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES ('sms-day:2026-03-01', 0, '2026-04-01')",
    values: [],
    waiters: 12,
  };
  const answers = await whileLocked(database, held, ask);
  const refused = answers.filter(({ body }) => body.error?.code === 'SMS_BUDGET_SPENT');
  expect([answers.length - refused.length, refused.length]).toEqual([5, 7]);
  // It is noon there.
  expect(refused[0]?.headers['Retry-After']).toBe(String(12 * 3600));
  expect(refused[0]?.status).toBe(503);
  expect(stage.tencent.inbox()).toHaveLength(5);
  expect(stage.logs()).toMatch(/"log":"sms_budget_spent",.*"limit":5/);

  stage.advance(12 * HOUR_MS - 1);
  expect((await stage.call('send-code', { body: { phone: newPhone() } })).status).toBe(503);
  stage.advance(1);
  expect((await stage.call('send-code', { body: { phone: newPhone() } })).status).toBe(200);
});
