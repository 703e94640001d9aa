import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { DAY_MS, NOW_MS } from '../../../fixtures/product-database.ts';
import { again, writeKey } from './operator-scenarios.ts';
import { paidOrder } from './order-scenarios.ts';
import { at, leasedUnit, nextNumber, type Owner, type Scenario } from './scenario.ts';

const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const stop = of('stop_task_v1');
const save = of('save_card_v1');
const sell = of('save_plan_v1');
const publish = of('publish_announcement_v1');
const endAnnouncement = of('end_announcement_v1');
const photo = of('save_model_photo_v1');
const fulfil = of('fulfil_invoice_v1');
const settle = of('save_settings_v1');
const figure = of('save_presets_v1');

const stopping = (taskId: string): SqlValue[] => ['mch_operator', taskId, '没有进展', at(DAY_MS), ...writeKey()];
const stoppingOpen = async (db: Database, owner: Owner) => stopping((await leasedUnit(db, owner)).taskId);
const fulfilling = (orderId: string, amountFen = 9900): SqlValue[] => [
  ...['mch_operator', orderId, 'issued', amountFen, '12345678', '已开具', ...writeKey()],
];
const askedFor = async (db: Database, owner: Owner): Promise<string> => {
  const orderId = await paidOrder(db, owner);
  await db.write(
    `INSERT INTO invoice_requests (order_id, merchant_id, title_kind, title, email, amount_fen, state, created_at)
     VALUES (?, ?, 'personal', '张三', 'a@example.com', 9900, 'requested', ?)`,
    [orderId, owner.id, at(0)],
  );
  return orderId;
};
const fulfillingAsked = async (db: Database, owner: Owner) => fulfilling(await askedFor(db, owner));

const saving = (base: number, id = `card_${nextNumber()}`): SqlValue[] => [
  ...['mch_operator', 'save-card', id, base, '{}', '卡', 'Card', 'product', '', '', 1, 'basic', 1, '', '', 1],
  ...['[]', '[]', '[]', null, null, null, 1, '上新', ...writeKey()],
];
const savingNew = async () => saving(0);

const selling = (base: number, id = `plan_${nextNumber()}`): SqlValue[] => [
  ...['mch_operator', id, base, '季度', 'Quarterly', 26_900, 300, 90, 'member', 0, 2, '{}', '上新', ...writeKey()],
];
const sellingNew = async () => selling(0);

const publishing = async (): Promise<SqlValue[]> => [
  ...[
    'mch_operator',
    newId('ann_', NOW_MS),
    'info',
    '维护',
    'Maintenance',
    '今晚',
    'Tonight',
    at(0),
    at(DAY_MS),
    ...writeKey(),
  ],
];
const announced = async (db: Database): Promise<SqlValue[]> => {
  const params = await publishing();
  await db.callProcedure('publish_announcement_v1', params);
  return ['mch_operator', params[1] as string, ...writeKey()];
};
const photographing = (key: string | null = null, newKey: string | null = 'models/a'): SqlValue[] => [
  ...['mch_operator', 'female', 'street', 0, newKey, key, 0, '上新', ...writeKey()],
];
const photographingNew = async () => photographing();

const figuring = async (db: Database, ahead = 0): Promise<SqlValue[]> => {
  const [row] = await db.query<{ version: number }>('SELECT MAX(version) AS version FROM platform_presets');
  return ['mch_operator', 'jd-main', (row?.version ?? 0) + ahead, '[]', '{}', '核对', ...writeKey()];
};
const settling = async (db: Database, ahead = 0): Promise<SqlValue[]> => {
  const [row] = await db.query<{ version: number }>('SELECT MAX(version) AS version FROM settings');
  return [
    ...['mch_operator', (row?.version ?? 0) + ahead, 90, 180, at(7 * DAY_MS), null, 1, 1, 100, 10, '', '{}', '活动'],
    ...writeKey(),
  ];
};

/** Operators' writes about what is one merchant's. */
export const CONSOLE_SCENARIOS: readonly Scenario[] = [
  publish('published', publishing),
  publish('replayed', again('publish_announcement_v1', publishing)),
  publish('conflict', again('publish_announcement_v1', publishing, 'b'.repeat(64))),
  endAnnouncement('ended', announced),
  endAnnouncement('replayed', again('end_announcement_v1', announced)),
  endAnnouncement('conflict', again('end_announcement_v1', announced, 'b'.repeat(64))),
  endAnnouncement('unknown', async () => ['mch_operator', 'ann_none', ...writeKey()]),
  endAnnouncement('over', async (db) => {
    const params = await announced(db);
    await db.callProcedure('end_announcement_v1', params);
    return [...params.slice(0, 2), ...writeKey()];
  }),
  save('saved', savingNew),
  save('replayed', again('save_card_v1', savingNew)),
  save('conflict', again('save_card_v1', savingNew, 'b'.repeat(64))),
  save('changed', async () => saving(7)),
  sell('saved', sellingNew),
  sell('saved', async (db) => {
    const params = await sellingNew();
    await db.callProcedure('save_plan_v1', params);
    return selling(1, String(params[1]));
  }),
  sell('replayed', again('save_plan_v1', sellingNew)),
  sell('conflict', again('save_plan_v1', sellingNew, 'b'.repeat(64))),
  sell('changed', async () => selling(7)),
  photo('saved', photographingNew),
  photo('replayed', again('save_model_photo_v1', photographingNew)),
  photo('conflict', again('save_model_photo_v1', photographingNew, 'b'.repeat(64))),
  photo('unknown', async () => photographing('models/none', null)),
  figure('saved', (db) => figuring(db)),
  figure(
    'replayed',
    again('save_presets_v1', (db) => figuring(db)),
  ),
  figure(
    'conflict',
    again('save_presets_v1', (db) => figuring(db), 'b'.repeat(64)),
  ),
  figure('changed', (db) => figuring(db, 7)),
  settle('saved', (db) => settling(db)),
  settle(
    'replayed',
    again('save_settings_v1', (db) => settling(db)),
  ),
  settle(
    'conflict',
    again('save_settings_v1', (db) => settling(db), 'b'.repeat(64)),
  ),
  settle('changed', (db) => settling(db, 7)),
  stop('ended', stoppingOpen),
  stop('replayed', again('stop_task_v1', stoppingOpen)),
  stop('conflict', again('stop_task_v1', stoppingOpen, 'b'.repeat(64))),
  stop('unknown', async () => stopping('tsk_none')),
  stop('over', async (db, owner) => {
    const params = await stoppingOpen(db, owner);
    await db.callProcedure('stop_task_v1', params);
    return stopping(params[1] as string);
  }),
  fulfil('done', fulfillingAsked),
  fulfil('replayed', again('fulfil_invoice_v1', fulfillingAsked)),
  fulfil('conflict', again('fulfil_invoice_v1', fulfillingAsked, 'b'.repeat(64))),
  fulfil('unknown', async (db, owner) => fulfilling(await paidOrder(db, owner))),
  fulfil('over', async (db, owner) => {
    const orderId = await askedFor(db, owner);
    await db.callProcedure('fulfil_invoice_v1', fulfilling(orderId));
    return fulfilling(orderId);
  }),
  fulfil('changed', async (db, owner) => fulfilling(await askedFor(db, owner), 9800)),
];
