import { afterAll, beforeAll, expect, it } from 'vitest';
import { getAnnouncements } from '../../../shared/ops/announcements.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { readBy } from '../../fixtures/rows-read.ts';

let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret);
  operator = await newOperator(stage);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const TEXT = { level: 'info', titleZh: '系统维护', titleEn: 'Maintenance', bodyZh: '今晚维护', bodyEn: 'Tonight' };
const publish = (over: object = {}, idempotencyKey = `key-${++keys}`) =>
  stage.send('publish-announcement', {
    ...{ as: operator, idempotencyKey },
    body: { ...TEXT, startsAtMs: Date.now(), endsAtMs: Date.now() + 60_000, ...over },
  });
const end = (announcementId: string, idempotencyKey = `key-${++keys}`) =>
  stage.send('end-announcement', { as: operator, idempotencyKey, body: { announcementId } });
const told = async () => (await stage.send('get-announcements', {})).body.data.items as { announcementId: string }[];
const idsTold = async () => (await told()).map(({ announcementId }) => announcementId);

it('is told to everybody from its start to its end, to the millisecond, once a key', async () => {
  const startsAtMs = Date.now() + 1000;
  const body = { startsAtMs, endsAtMs: startsAtMs + 1000 };
  const { announcementId } = (await publish(body, 'once')).body.data;
  expect((await publish(body, 'once')).body.data).toEqual({ announcementId });
  expect(codeOf(await publish({ ...body, bodyZh: '改期' }, 'once'))).toBe('IDEMPOTENCY_CONFLICT');
  stage.advance(999);
  expect(await told()).toEqual([]);
  stage.advance(1);
  expect(await told()).toEqual([{ announcementId, ...TEXT, ...body }]);
  stage.advance(999);
  expect(await idsTold()).toEqual([announcementId]);
  stage.advance(1);
  expect(await told()).toEqual([]);
});

it('is ended before its time, once, and what is over stays in the list of all', async () => {
  const { announcementId } = (await publish()).body.data;
  expect(codeOf(await end(announcementId, 'end'))).toBe('done');
  expect(await told()).toEqual([]);
  expect(codeOf(await end(announcementId, 'end'))).toBe('done');
  expect(codeOf(await end(announcementId))).toBe('ANNOUNCEMENT_OVER');
  expect(codeOf(await end('ann_01JD0000000000000000000000'))).toBe('NOT_FOUND');
  const all = (await stage.send('list-announcements', { as: operator, query: { limit: '1' } })).body.data;
  expect(all.items).toMatchObject([{ announcementId, createdBy: operator.id, endsAtMs: Date.now() }]);
  expect(all.nextCursor).toBe(announcementId);
});

it('that is important comes first, and no more are told than anybody reads', async () => {
  const important = (await publish({ level: 'important' })).body.data.announcementId;
  for (let n = 0; n < 11; n++) {
    stage.advance(1);
    expect(codeOf(await publish())).toBe('done');
  }
  const ids = await idsTold();
  expect([ids.length, ids[0]]).toEqual([10, important]);
});

it('must end after it starts, within 90 days, and has lines of text in both languages', async () => {
  const fieldOf = async (over: object) => (await publish(over)).body.error.fields[0].path;
  expect(await fieldOf({ endsAtMs: Date.now() })).toBe('endsAtMs');
  expect(await fieldOf({ endsAtMs: Date.now() + 91 * 86_400_000 })).toBe('endsAtMs');
  expect(await fieldOf({ titleEn: '' })).toBe('titleEn');
  expect(await fieldOf({ bodyZh: '字'.repeat(501) })).toBe('bodyZh');
});

it('is found by its end: those that are over are not walked through', async () => {
  await product.db.write(
    `INSERT INTO announcements (id, level, title_zh, title_en, body_zh, body_en, starts_at, ends_at, created_by, created_at, audit_seq)
     SELECT CONCAT('ann_00', LPAD(n, 24, '0')), 'info', '', '', '', '', '2020-01-01', '2020-01-02', '', '2020-01-01', 1000000 + n
     FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT n FROM s) s`,
  );
  await product.db.query('ANALYZE TABLE announcements');
  expect(await readBy(product.db, () => getAnnouncements(product.db, Date.now()))).toBeLessThan(100);
});
