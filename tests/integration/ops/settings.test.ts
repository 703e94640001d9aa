import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsExpireAtMs } from '../../../shared/cos/retention.ts';
import { firstIdOf } from '../../../shared/id.ts';
import { sweepLibrary } from '../../../shared/library/sweep-library.ts';
import { retentionNow } from '../../../shared/settings/retention-now.ts';
import { newestSettings, SETTINGS_FRESH_MS } from '../../../shared/settings/settings.ts';
import {
  type Answer,
  type ApiMerchant,
  type ApiStage,
  codeOf,
  newPhone,
  startApiStage,
} from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { loginBody, newAddress } from '../auth/auth-stage.ts';

const DAY_MS = 86_400_000;
const DEPLOYED = { INPUT_DAYS: 7, RESULT_DAYS: 180 };
let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, {
    environment: { AI_ENGINES: 'tencent-ci:8', MODERATION: 'tencent-ims:goods_1', CAPTCHA_MODE: 'off' },
  });
  operator = await newOperator(stage);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const nextKey = () => `key-${++keys}`;
const errorOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const get = async () => (await stage.send('get-settings', { as: operator })).body.data;
const send = async (values: object, over: object = {}, idempotencyKey = nextKey()) => {
  const now = await get();
  const body = { values: { ...now.values, ...values }, baseVersion: now.version, reason: '活动期间', ...over };
  return stage.send('save-settings', { as: operator, idempotencyKey, body });
};
const save = async (values: object) => {
  const answer = await send(values);
  expect([answer.status, errorOf(answer)]).toEqual([200, 'done']);
};
const told = async () => (await stage.send('get-announcements')).body.data.settings;
/** What instances knew is older than they may go by. */
const laterThanTheBound = () => stage.advance(SETTINGS_FRESH_MS);

describe('settings', () => {
  it('are shown with what is configured, and no value of a secret or of what an engine is called with', async () => {
    const shown = await get();
    expect(shown).toMatchObject({
      ...{ version: 1, savedBy: 'migration', freshSeconds: 30 },
      values: {
        resultDays: null,
        smsDailyBudget: null,
        moderation: true,
        signUp: true,
        batchPhotos: 100,
        creditsLow: 10,
      },
      deployed: {
        ...{ resultDays: 180, inputDays: 7, smsDailyBudget: 2000, moderation: true, captcha: false },
        channels: [
          { name: 'wechat', configured: false },
          { name: 'alipay', configured: false },
        ],
      },
    });
    expect(shown.deployed.engines).toContainEqual({ name: 'tencent-ci', configured: true });
    expect(shown.deployed.engines).toContainEqual({ name: 'tencent-vclm', configured: false });
    expect(JSON.stringify(shown)).not.toContain('goods_1');
  });

  it('are saved once a key, with what was and what is in the log, and not over what another has saved', async () => {
    const { version } = await get();
    const [first, again] = [
      await send({ creditsLow: 20 }, {}, 'once'),
      await send({ creditsLow: 20 }, { baseVersion: version }, 'once'),
    ];
    expect([first.body.data, again.body.data]).toEqual([{ version: version + 1 }, { version: version + 1 }]);
    const [row] = await stage.db.query<{ reason: string; details: string }>(
      "SELECT reason, details_json AS details FROM audit_log WHERE action = 'save-settings' ORDER BY seq DESC LIMIT 1",
    );
    expect(row?.reason).toBe('活动期间');
    expect(JSON.parse(row?.details ?? '')).toEqual({
      version: version + 1,
      before: { creditsLow: 10 },
      after: { creditsLow: 20 },
    });
    expect(errorOf(await send({ creditsLow: 30 }, { baseVersion: version }))).toBe('SETTINGS_CHANGED');
    expect(errorOf(await send({ creditsLow: 30 }, { baseVersion: 500 }))).toBe('SETTINGS_CHANGED');
    expect((await get()).values.creditsLow).toBe(20);
  });

  it('of two who save at once are one', async () => {
    const { version, values } = await get();
    const others = await Promise.all(Array.from({ length: 4 }, () => stage.newInstance('save-settings')));
    const answers = await Promise.all(
      others.map((instance, n) =>
        instance({
          headers: { authorization: operator.authorization(), 'idempotency-key': nextKey() },
          body: { values: { ...values, creditsLow: 100 + n }, baseVersion: version, reason: '同时' },
        }),
      ),
    );
    expect(answers.map(errorOf).sort()).toEqual(['SETTINGS_CHANGED', 'SETTINGS_CHANGED', 'SETTINGS_CHANGED', 'done']);
    expect((await get()).version).toBe(version + 1);
  });

  it.each([
    ['longer than the bucket keeps results', { resultDays: 181 }, 'values.resultDays max:180'],
    ['a life of no day', { resultDays: 0 }, 'values.resultDays min:1'],
    ['half a photo', { batchPhotos: 1.5 }, 'values.batchPhotos'],
    ['more photos than a batch can have', { batchPhotos: 101 }, 'values.batchPhotos max:100'],
    ['less than no SMS', { smsDailyBudget: -1 }, 'values.smsDailyBudget min:0'],
    ['a contact of two lines', { supportContact: '电话\n地址' }, 'values.supportContact'],
    ['what nobody knows', { secretKey: 'x' }, 'values.secretKey unknown'],
    ['nothing new', {}, 'values changed'],
  ])('do not take %s', async (_what, values, field) => {
    const { status, body } = await send(values);
    expect(status).toBe(400);
    expect(body.error.fields.map(({ path, rule }: Record<string, string>) => `${path} ${rule}`).join()).toContain(
      field,
    );
  });
});

describe('a changed setting is obeyed within half a minute', () => {
  it('the size of a batch, but a batch that stands is answered as ever', async () => {
    const as = await stage.newMerchant(10);
    const photo = (n: number) => ({ contentType: 'image/jpeg', sizeBytes: 1000, name: `${n}.jpg` });
    const order = (count: number, idempotencyKey = nextKey()) =>
      stage.send('create-batch', {
        ...{ as, idempotencyKey },
        body: { featureId: 'basic_clean', photos: Array.from({ length: count }, (_, n) => photo(n)) },
      });
    expect((await order(3, 'stands')).status).toBe(201);
    await save({ batchPhotos: 2 });
    laterThanTheBound();
    const refused = await order(3);
    expect([refused.status, refused.body.error.fields[0]]).toMatchObject([400, { path: 'photos', rule: 'max:2' }]);
    expect((await order(2)).status).toBe(201);
    expect((await order(3, 'stands')).status).toBe(201);
    expect((await told()).batchPhotos).toBe(2);
    await save({ batchPhotos: 100 });
  });

  it('sign-up, at once: a new phone is refused and its code stays good, whoever has an account comes in', async () => {
    const [known, unknown] = [newPhone(), newPhone()];
    const codeFor = async (phone: string) => {
      stage.advance(61_000);
      await stage.send('send-code', { body: { phone }, sourceIp: newAddress() });
      return codeOf(stage, phone);
    };
    const logIn = (phone: string, code: string) =>
      stage.send('login', { body: loginBody(phone, code), sourceIp: newAddress() });
    expect((await logIn(known, await codeFor(known))).status).toBe(200);
    await save({ signUp: false });
    expect((await logIn(known, await codeFor(known))).status).toBe(200);
    const code = await codeFor(unknown);
    expect(errorOf(await logIn(unknown, code))).toBe('SIGN_UP_CLOSED');
    expect(await stage.db.query('SELECT id FROM merchants WHERE phone = ?', [unknown])).toEqual([]);
    expect((await told()).signUp).toBe(false);
    await save({ signUp: true });
    expect((await logIn(unknown, code)).status).toBe(200);
  });

  it('the budget of codes, which stands where it was deployed until then', async () => {
    const send = async () => {
      stage.advance(61_000);
      return errorOf(await stage.send('send-code', { body: { phone: newPhone() }, sourceIp: newAddress() }));
    };
    expect(await send()).toBe('done');
    await save({ smsDailyBudget: 1 });
    laterThanTheBound();
    expect(await send()).toBe('SMS_BUDGET_SPENT');
    await save({ smsDailyBudget: null });
    laterThanTheBound();
    expect(await send()).toBe('done');
  });

  it('moderation, the mark of low credits and the contact, as pages are told', async () => {
    const moderation = async () => (await stage.send('list-features')).body.data.moderation;
    expect(await moderation()).toBe('tencent-ims');
    await save({ moderation: false, creditsLow: 0, supportContact: '微信 yiying-help' });
    laterThanTheBound();
    expect(await moderation()).toBe('off');
    expect(await told()).toMatchObject({ creditsLow: 0, supportContact: '微信 yiying-help' });
    await save({ moderation: true, supportContact: '' });
    laterThanTheBound();
    expect([await moderation(), 'supportContact' in (await told())]).toEqual(['tencent-ims', false]);
  });

  it('a known setting is not asked for again within it, and no instance goes by an older one', async () => {
    await save({ creditsLow: 1 });
    laterThanTheBound();
    expect((await told()).creditsLow).toBe(1);
    await save({ creditsLow: 2 });
    stage.advance(SETTINGS_FRESH_MS - 1);
    expect((await told()).creditsLow).toBe(1);
    stage.advance(1);
    expect((await told()).creditsLow).toBe(2);
  });
});

describe('a shorter life of results', () => {
  const now = async () => retentionNow(DEPLOYED, await newestSettings(stage.db), Date.now());

  it('begins in seven days, says so at once of what will go then, and can be undone until then', async () => {
    const createdAtMs = Date.now() - 100 * DAY_MS;
    await save({ resultDays: 30 });
    const fromMs = Date.now() + 7 * DAY_MS;
    expect(await now()).toEqual({ ...DEPLOYED, shorter: { days: 30, fromMs } });
    expect((await get()).shorter).toEqual({ keptDays: 180, fromMs });
    expect(resultsExpireAtMs(createdAtMs, await now())).toBe(fromMs);
    expect(resultsExpireAtMs(Date.now(), await now())).toBe(Date.now() + 30 * DAY_MS);
    await save({ resultDays: 180 });
    expect(await now()).toEqual(DEPLOYED);
    expect(resultsExpireAtMs(createdAtMs, await now())).toBe(createdAtMs + 180 * DAY_MS);
  });

  it('keeps its day through another change, and one that is shorter still has a week of its own', async () => {
    await save({ resultDays: 60 });
    const fromMs = Date.now() + 7 * DAY_MS;
    stage.advance(2 * DAY_MS);
    operator = await newOperator(stage);
    await save({ creditsLow: 5 });
    expect((await now()).shorter).toEqual({ days: 60, fromMs });
    await save({ resultDays: 40 });
    expect(await now()).toEqual({ ...DEPLOYED, shorter: { days: 40, fromMs: Date.now() + 7 * DAY_MS } });
    stage.advance(7 * DAY_MS);
    expect(await now()).toEqual({ ...DEPLOYED, RESULT_DAYS: 40 });
  });

  it('is what the sweep goes by: nothing of a merchant goes before its day', async () => {
    operator = await newOperator(stage);
    await save({ resultDays: 20 });
    const asked: string[] = [];
    const objects = { delete: async (key: string) => void asked.push(key) } as never;
    const result = async (taskId: string) =>
      stage.db.write(
        `INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes, flags)
         VALUES (?, 0, 0, 'a.jpg', 'mch_x', ?, 'image/jpeg', 1, 1, 1, '')`,
        [taskId, `outputs/${taskId}`],
      );
    const taskId = firstIdOf('tsk_', Date.now() - 30 * DAY_MS);
    await result(taskId);
    await sweepLibrary({ db: stage.db, objects }, await now(), Date.now(), Date.now);
    expect(asked).toEqual([]);
    stage.advance(7 * DAY_MS);
    await sweepLibrary({ db: stage.db, objects }, await now(), Date.now(), Date.now);
    expect(asked).toEqual([`outputs/${taskId}`]);
  });
});
