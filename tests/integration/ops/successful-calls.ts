import { sqlTime } from '../../../shared/db/sql-time.ts';
import { totpCode } from '../../../shared/ops/totp.ts';
import { openCase } from '../../../shared/payments/open-case.ts';
import { seal } from '../../../shared/seal.ts';
import type { ApiMerchant, ApiStage } from '../../fixtures/api-stage.ts';
import { validInput } from '../bad-input/valid-requests.ts';

type Input = Record<string, unknown>;
type Prepare = (stage: ApiStage, operator: ApiMerchant) => Promise<Input>;

const SECRET = Buffer.from('12345678901234567890');
const SESSION = 'ses_01JD0000000000000000000000';

const nothing: Prepare = async () => ({});
const ofMerchant =
  (more: Input = {}): Prepare =>
  async (stage) => ({ merchantId: (await stage.newMerchant()).id, ...more });

const withSecret =
  (column: 'sealed' | 'pending_sealed'): Prepare =>
  async (stage, operator) => {
    stage.advance(60_000);
    const key = Buffer.from((stage.secrets['yiying-test-operators'] as { totpKey: string }).totpKey, 'base64');
    await stage.db.write('DELETE FROM operator_totps WHERE merchant_id = ?', [operator.id]);
    await stage.db.write(`INSERT INTO operator_totps (merchant_id, ${column}, created_at) VALUES (?, ?, ?)`, [
      ...[operator.id, seal(key, SECRET, operator.id), sqlTime(Date.now())],
    ]);
    return { code: totpCode(SECRET, Math.floor(Date.now() / 30_000)) };
  };

const paidOrder = async (stage: ApiStage, as: ApiMerchant): Promise<string> => {
  const body = { planId: 'monthly_99', channel: 'wechat' };
  const bought = await stage.send('purchase-membership', { as, idempotencyKey: `buy-${++batches}`, body });
  const { orderId } = bought.body.data;
  stage.cashier.pay(orderId);
  await stage.cashier.tick();
  // The channel wants a minute between a payment and its refund.
  stage.advance(120_000);
  return orderId;
};

const openTask: Prepare = async (stage) => {
  const as = await stage.newMerchant(1);
  const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
  const made = await stage.send('create-task', { as, idempotencyKey: 'task', body });
  return { taskId: made.body.data.taskId };
};

let batches = 0;
const batch: Prepare = async (stage, as) => {
  const body = validInput('create-redeem-batch');
  const made = await stage.send('create-redeem-batch', { as, idempotencyKey: `batch-${++batches}`, body });
  return { batchId: made.body.data.batchId };
};

/** A merchant's withdrawal that waits, of a balance that was earned somehow. */
const withdrawal: Prepare = async (stage) => {
  const as = await stage.newMerchant();
  const now = sqlTime(Date.now());
  await stage.db.write(
    'INSERT INTO referral_accounts (merchant_id, code, balance_fen, created_at) VALUES (?, ?, ?, ?)',
    [...[as.id, as.id.slice(-8), 20_000, now]],
  );
  await stage.db.write(
    "INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at) VALUES (?, 'release', 'fen', 20000, ?, ?)",
    [as.id, `test:${as.id}`, now],
  );
  const body = validInput('request-withdrawal');
  const asked = await stage.send('request-withdrawal', { as, idempotencyKey: 'withdraw', body });
  return { withdrawalId: asked.body.data.withdrawalId };
};

/** Of each operators' operation, a call that succeeds, and what has to be there for it. */
export const SUCCESSFUL_CALLS: Readonly<Record<string, Prepare>> = {
  'get-operator': nothing,
  'get-overview': nothing,
  'list-audit': nothing,
  'search-merchants': nothing,
  'search-tasks': nothing,
  'search-orders': nothing,
  'list-bills': nothing,
  'list-cases': nothing,
  'list-redeem-batches': nothing,
  'get-merchant': ofMerchant(),
  'list-merchant-entries': ofMerchant(),
  'grant-credits': ofMerchant({ credits: 5, access: 'member', days: 30, reason: '补偿' }),
  'revoke-credits': async (stage) => {
    const { id: merchantId } = await stage.newMerchant(5);
    const [lot] = await stage.db.query<{ id: string }>('SELECT id FROM quota_lots WHERE merchant_id = ?', [merchantId]);
    return { merchantId, lotId: lot?.id, credits: 2, reason: '误发' };
  },
  'set-merchant-state': ofMerchant({ state: 'suspended', reason: '违规' }),
  'view-as': ofMerchant({ reason: '客户来电' }),
  'list-operators': nothing,
  'set-operator': ofMerchant({ role: 'support', name: '周客服', reason: '入职' }),
  'export-orders': async () => ({ firstDay: '2026-03-01', lastDay: '2026-03-02' }),
  'export-days': async () => ({ firstDay: '2026-03-01', lastDay: '2026-03-02' }),
  'list-announcements': nothing,
  'publish-announcement': async () => validInput('publish-announcement'),
  'end-announcement': async (stage, as) => {
    const body = { ...validInput('publish-announcement'), startsAtMs: Date.now(), endsAtMs: Date.now() + 1000 };
    const made = await stage.send('publish-announcement', { as, idempotencyKey: `announce-${++batches}`, body });
    return { announcementId: made.body.data.announcementId };
  },
  'list-cards': nothing,
  'get-card': async () => ({ featureId: 'basic_clean' }),
  'save-card': async () => ({ ...validInput('save-card'), baseVersion: 0 }),
  'set-card-state': async (stage) => {
    const [row] = await stage.db.query<{ version: number }>("SELECT version FROM features WHERE id = 'poster'");
    return { ...validInput('set-card-state'), featureId: 'poster', version: row?.version };
  },
  'set-card-merchant': ofMerchant({ featureId: 'poster', allowed: true, reason: '内测' }),
  'list-model-photos': nothing,
  'save-model-photo': async () => validInput('save-model-photo'),
  'get-settings': nothing,
  'save-settings': async (stage) => {
    const [row] = await stage.db.query<{ version: number }>('SELECT MAX(version) AS version FROM settings');
    return { ...validInput('save-settings'), baseVersion: row?.version };
  },
  'list-all-plans': nothing,
  'save-plan': async () => ({ ...validInput('save-plan'), baseVersion: 0 }),
  'list-presets': nothing,
  'save-preset': async (stage) => {
    const [row] = await stage.db.query<{ version: number }>('SELECT MAX(version) AS version FROM platform_presets');
    return { ...validInput('save-preset'), baseVersion: row?.version };
  },
  'compare-cards': async () => ({ featureId: 'basic_clean', from: '1', to: '1' }),
  'trace-task': openTask,
  'end-task': async (stage, operator) => ({ ...(await openTask(stage, operator)), reason: '长时间没有进展' }),
  'rerun-task': async (stage) => {
    const as = await stage.newMerchant(2);
    const body = { featureId: 'copywriting', inputs: [], form: { name: '亚麻衬衫' } };
    const made = await stage.send('create-task', { as, idempotencyKey: 'texts', body });
    const { taskId } = made.body.data;
    await stage.send('cancel-task', { as, body: { taskId } });
    return { taskId, charge: 'merchant', reason: '引擎故障' };
  },
  'list-invoices': nothing,
  'fulfil-invoice': async (stage) => {
    const as = await stage.newMerchant();
    const orderId = await paidOrder(stage, as);
    const body = { orderId, titleKind: 'personal', title: '张三', email: 'a@example.com' };
    await stage.send('request-invoice', { as, body });
    return { orderId, state: 'issued', amountFen: 9900, invoiceNumber: '24332000000012345678', reason: '已开具' };
  },
  'resolve-case': async (stage) => {
    const subject = `case-${Date.now()}`;
    await openCase(stage.db, { class: 'paid_twice', channel: 'wechat', subject, remedy: 'none' }, Date.now());
    const [row] = await stage.db.query<{ id: string }>('SELECT id FROM reconciliation_cases WHERE subject = ?', [
      subject,
    ]);
    return { caseId: row?.id, note: '已处理' };
  },
  'refund-order': async (stage) => {
    const orderId = await paidOrder(stage, await stage.newMerchant());
    return { orderId, mode: 'whole', reason: '客户申请' };
  },
  'set-order-freeze': async (stage) => ({
    orderId: await paidOrder(stage, await stage.newMerchant()),
    ...{ frozen: true, reason: '渠道查无此单' },
  }),
  'get-growth': nothing,
  // As it was delivered: nobody has saved any yet.
  'save-growth': async () => ({ ...validInput('save-growth'), baseSavedAtMs: undefined }),
  'list-referrals': nothing,
  'show-payee': withdrawal,
  'decide-withdrawal': async (stage, operator) => ({
    ...(await withdrawal(stage, operator)),
    ...{ state: 'approved', reason: '核对无误' },
  }),
  'create-redeem-batch': async () => validInput('create-redeem-batch'),
  'list-redeem-codes': batch,
  'revoke-redeem-batch': async (stage, operator) => ({ ...(await batch(stage, operator)), reason: '活动结束' }),
  'enrol-totp': async (stage, operator) => {
    const now = sqlTime(Date.now());
    await stage.db.write(
      `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
       VALUES (?, ?, '', '', ?, ?, '2099-01-01')`,
      [SESSION, operator.id, now, now],
    );
    return {};
  },
  'confirm-totp': withSecret('pending_sealed'),
  'step-up': withSecret('sealed'),
};
