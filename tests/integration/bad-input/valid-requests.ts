import { OPERATIONS } from '../../../shared/contract/operations.ts';

/** Every operation that answers JSON; the payment callback has a suite of its own. */
export const JSON_OPERATIONS = OPERATIONS.filter(({ reply }) => reply === 'json');
export const POSTS = JSON_OPERATIONS.filter(({ method }) => method === 'POST');
export const READS = JSON_OPERATIONS.filter(({ method }) => method === 'GET');
export const OF_MERCHANTS = JSON_OPERATIONS.filter(({ caller }) => caller === 'merchant' || caller === 'operator');

const TASK = 'tsk_01JD0000000000000000000000';
const RESULT = `${TASK}/0/0/white.jpg`;
const MERCHANT = 'mch_01JD0000000000000000000000';
const ANNOUNCEMENT = 'ann_01JD0000000000000000000000';
const CASE = 'cas_01JD0000000000000000000000';
const ORDER = 'ord_01JD0000000000000000000000';
const BATCH = 'bat_01JD0000000000000000000000';
const REDEEM_BATCH = 'rdb_01JD0000000000000000000000';
const WEBHOOK = 'whk_01JD0000000000000000000000';
const WITHDRAWAL = 'wdr_01JD0000000000000000000000';
const REFRESH_TOKEN = 'r'.repeat(43);
const PHOTO = { contentType: 'image/jpeg', sizeBytes: 1000 };

const CARD = {
  ...{
    id: 'valid_card',
    nameZh: '测试',
    nameEn: 'Test',
    category: 'product',
    descriptionZh: '测试',
    descriptionEn: 'Test',
  },
  ...{ credits: 1, access: 'basic', enabled: true, position: 9 },
  form: [{ type: 'image', name: 'photo', labelZh: '照片', labelEn: 'Photo', required: true }],
  pipeline: [
    {
      ...{ name: 'clean', nameZh: '修图', nameEn: 'Clean-up', processor: 'basic-clean', inputs: [{ form: 'photo' }] },
      ...{ params: {}, units: 1, timeLimitSeconds: 240, attempts: 3, engines: ['embedded'] },
    },
  ],
  outputs: [{ step: 'clean', name: 'white.jpg', contentType: 'image/jpeg' }],
};

/** What an operation takes, with every optional field, so that one thing at a time can be wrong. */
export const VALID_INPUT: Readonly<Record<string, Record<string, unknown>>> = {
  'send-code': { phone: '13900000001', captcha: '' },
  login: { phone: '13900000001', code: '123456', consentVersion: '2026-01', inviteCode: 'ABCDEFGH', tokenIn: 'body' },
  'refresh-session': { refreshToken: REFRESH_TOKEN },
  logout: { refreshToken: REFRESH_TOKEN, viewToken: 'a.b.c' },
  'purchase-membership': { planId: 'monthly_99', channel: 'wechat', method: 'qr', returnPath: '/account' },
  'refund-order': { orderId: ORDER, mode: 'whole', reason: '客户申请' },
  'redeem-code': { code: '00000-00000-00000-00000' },
  'create-redeem-batch': {
    ...{ name: '三月活动', codes: 3, credits: 20, days: 30, uses: 1, validDays: 90, access: 'member', reason: '活动' },
  },
  'list-redeem-batches': { batchId: REDEEM_BATCH, cursor: REDEEM_BATCH, limit: '20' },
  'list-redeem-codes': { batchId: REDEEM_BATCH, use: 'unused', cursor: '1', limit: '20' },
  'revoke-redeem-batch': { batchId: REDEEM_BATCH, reason: '活动结束' },
  'confirm-totp': { code: '123456' },
  'step-up': { code: '123456' },
  'list-audit': { actor: 'mch_1', action: 'refund-order', target: ORDER, cursor: '1', limit: '20' },
  'set-order-freeze': { orderId: ORDER, frozen: true, reason: '渠道查无此单' },
  'search-merchants': { phone: '13900000001', merchantId: MERCHANT, cursor: MERCHANT, limit: '20' },
  'list-merchant-entries': { merchantId: MERCHANT, cursor: '1', limit: '20' },
  'get-merchant': { merchantId: MERCHANT },
  'grant-credits': { merchantId: MERCHANT, credits: 5, access: 'member', days: 30, reason: '补偿' },
  'revoke-credits': { merchantId: MERCHANT, lotId: 'lot_01JD0000000000000000000000', credits: 5, reason: '误发' },
  'set-merchant-state': { merchantId: MERCHANT, state: 'suspended', reason: '违规' },
  'view-as': { merchantId: MERCHANT, reason: '客户来电' },
  'list-operators': { cursor: MERCHANT, limit: '20' },
  'set-operator': { merchantId: MERCHANT, role: 'support', name: '周客服', reason: '入职' },
  'search-tasks': {
    ...{ merchantId: MERCHANT, state: 'failed', taskId: TASK, trace: 'req-1', cursor: TASK, limit: '20' },
    ...{ featureId: 'basic_clean', errorCode: 'PROCESSING_FAILED', day: '2026-03-01' },
  },
  'search-orders': {
    ...{ merchantId: MERCHANT, orderId: ORDER, state: 'paid', day: '2026-03-01', number: '4200001234', cursor: ORDER },
    limit: '20',
  },
  'list-bills': { cursor: '2026-03-01_wechat', limit: '20' },
  'list-cases': { state: 'open', cursor: CASE, limit: '20' },
  'export-orders': { firstDay: '2026-03-01', lastDay: '2026-03-02', cursor: `${ORDER}_1_1_9900_0` },
  'export-days': { firstDay: '2026-03-01', lastDay: '2026-03-02' },
  'list-announcements': { cursor: ANNOUNCEMENT, limit: '20' },
  'publish-announcement': {
    ...{
      level: 'info',
      titleZh: '系统维护',
      titleEn: 'Maintenance',
      bodyZh: '今晚维护',
      bodyEn: 'Maintenance tonight',
    },
    ...{ startsAtMs: 1_772_337_600_000, endsAtMs: 1_772_424_000_000 },
  },
  'end-announcement': { announcementId: ANNOUNCEMENT },
  'get-card': { featureId: 'basic_clean', version: '1' },
  'save-card': { card: CARD, baseVersion: 5, reason: '上新' },
  'save-plan': {
    ...{ planId: 'no_such_plan', nameZh: '季度会员', nameEn: 'Quarterly', amountFen: 26_900, credits: 300, days: 90 },
    ...{ access: 'member', onSale: false, position: 2, baseVersion: 5, reason: '上新' },
  },
  'save-settings': {
    values: {
      ...{ resultDays: 90, smsDailyBudget: 3000, moderation: true, signUp: true, batchPhotos: 50, creditsLow: 20 },
      supportContact: '微信 yiying-help',
    },
    ...{ baseVersion: 999, reason: '活动期间' },
  },
  'save-preset': {
    ...{ presetId: 'jd-main', width: 800, height: 800, bytes: { min: 0, max: 1_000_000 }, ground: 'white', fill: 0.85 },
    ...{ margin: 0.03, source: '商家后台', sourceUrl: 'https://help.jd.com/', verified: true, baseVersion: 999 },
    reason: '核对规则',
  },
  'save-model-photo': {
    ...{ gender: 'female', scene: 'street', pose: 0, enabled: false, reason: '上新' },
    upload: { contentType: 'image/jpeg', sizeBytes: 1000 },
  },
  'set-card-state': {
    ...{
      featureId: 'no_such_card',
      version: 1,
      enabled: false,
      access: 'member',
      closedZh: '维护中',
      closedEn: 'Maintenance',
      reason: '维护',
    },
  },
  'set-card-merchant': { featureId: 'no_such_card', merchantId: MERCHANT, allowed: true, reason: '内测' },
  'compare-cards': { featureId: 'basic_clean', from: '1', to: '2' },
  'trace-task': { taskId: TASK },
  'end-task': { taskId: TASK, reason: '长时间没有进展' },
  'rerun-task': { taskId: TASK, charge: 'goodwill', reason: '引擎故障' },
  'list-invoices': { state: 'issued', cursor: ORDER, limit: '20' },
  'fulfil-invoice': {
    ...{ orderId: ORDER, state: 'issued', amountFen: 9900, invoiceNumber: '24332000000012345678', reason: '已开具' },
  },
  'resolve-case': { caseId: CASE, note: '已补单' },
  'request-invoice': {
    ...{ orderId: ORDER, titleKind: 'company', title: '杭州某某服饰有限公司', email: 'a@example.com' },
    taxNumber: '91350100M000100Y43',
  },
  'get-receipt': { orderId: ORDER },
  'list-orders': { cursor: ORDER, limit: '20' },
  'create-task': { featureId: 'basic_clean', inputs: [PHOTO] },
  'cancel-task': { taskId: TASK },
  'retry-task': { taskId: TASK, form: { marks: 'keep 20 500,500' } },
  'get-order': { orderId: ORDER },
  'get-task': { taskId: TASK },
  'create-batch': { featureId: 'basic_clean', photos: [{ ...PHOTO, name: 'shirt.jpg' }] },
  'get-batch': { batchId: BATCH },
  'list-batches': { cursor: BATCH, limit: '20' },
  'retry-batch': { batchId: BATCH },
  'list-tasks': {
    ...{ cursor: TASK, limit: '20', state: 'queued', featureId: 'basic_clean', fromMs: '0', toMs: '9000000000000' },
    search: 'shirt',
  },
  'list-quota-entries': { taskId: TASK, cursor: '1', limit: '20' },
  'export-quota-entries': { cursor: '1' },
  'revoke-session': { sessionId: 'others' },
  'delete-account': { phone: '13800000000', code: '123456', understood: true },
  'list-assets': {
    ...{ cursor: RESULT, limit: '20', kind: 'picture', featureId: 'basic_clean', fromMs: '0', toMs: '9000000000000' },
    ...{ favourite: '1', deleted: '1', search: 'shirt' },
  },
  'set-favourite': { assetId: RESULT, favourite: true },
  'delete-assets': { assetIds: [RESULT] },
  'restore-assets': { assetIds: [RESULT] },
  'create-archive': { assetIds: [RESULT] },
  'create-api-key': {
    ...{ name: '店铺后台', scopes: ['read', 'create'], tasksPerDay: 100, validDays: 90 },
    addresses: ['203.0.113.7', '198.51.100.0/24'],
  },
  'revoke-api-key': { apiKeyId: 'key_01JD0000000000000000000000' },
  'create-webhook': { url: 'https://hooks.example.com/yiying', events: ['credits.low'], creditsBelow: 10 },
  'rotate-webhook-secret': { webhookId: WEBHOOK, secretVersion: 1, previousHours: 24 },
  'remove-webhook': { webhookId: WEBHOOK },
  'test-webhook': { webhookId: WEBHOOK },
  'list-webhook-deliveries': { webhookId: WEBHOOK, cursor: '1', limit: '20' },
  'replay-webhook-delivery': { deliveryId: 'msg_01JD0000000000000000000000' },
  'get-referral': { cursor: 'cms_01JD0000000000000000000000', limit: '20' },
  'request-withdrawal': {
    ...{ amountFen: 10_000, method: 'bank', payeeName: '王小明', payeeAccount: '6222020200112233445' },
    bankName: '工商银行杭州支行',
  },
  'save-growth': {
    ...{ referralOn: true, commissionBp: 1500, commissionUnit: 'fen', creditDays: 90, leastWithdrawalFen: 10_000 },
    ...{ welcomeOn: false, welcomeCredits: 10, welcomeDays: 30, reason: '活动', baseSavedAtMs: 1_772_337_600_000 },
  },
  'list-referrals': { state: 'paid', merchantId: MERCHANT, cursor: WITHDRAWAL, limit: '20' },
  'show-payee': { withdrawalId: WITHDRAWAL },
  'decide-withdrawal': { withdrawalId: WITHDRAWAL, state: 'paid', reference: '20260301-0001', reason: '已打款' },
  'get-archive': { archiveId: 'arc_01JD0000000000000000000000' },
};
export const validInput = (name: string): Record<string, unknown> => VALID_INPUT[name] ?? {};

/** Texts that have broken other services. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '👗🧵',
  '‮evil',
  "'; DROP TABLE tasks; --",
  '" OR 1=1 #',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '%00%0d%0aSet-Cookie:x=y',
  'x'.repeat(5000),
];
