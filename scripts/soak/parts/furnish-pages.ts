import type { Page } from 'playwright-core';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { CONSOLE_PAGES, INSPECTOR_AREAS, PUBLIC_PAGES, WORKSPACE_PAGES } from '../../browser/page-addresses.ts';
import { DemoMerchant, type DemoPhoto } from '../../demo/demo-merchant.ts';
import { drawGarment } from '../../garments/draw-garment.ts';
import type { CloudStage } from '../cloud-stage.ts';

/** A page to be looked at. */
export interface Address {
  readonly name: string;
  readonly path: string;
  /** What stands there once it is there, where that is not a heading over what was asked for. */
  readonly isThere?: string;
  /** What is pressed or filled in first. */
  readonly open?: (page: Page) => Promise<void>;
}

const CARDS = ['basic_clean', 'storyboard_template', 'product_video', 'platform_pack', 'poster'];

/** A member with a result of every kind, a failure, a batch and orders, who may also look at the console. @returns every page that there is */
export async function furnishPages(stage: CloudStage, phone: string): Promise<Address[]> {
  const { cloud, db } = stage;
  const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
  await merchant.signIn(phone);
  const { orderId } = await merchant.buyPlan('monthly_99');
  const bytes = await drawGarment({ kind: 't-shirt', seed: 11, width: 600, height: 800 });
  const shirt = { name: '圆领短袖.jpg', bytes, contentType: 'image/jpeg' } as const;
  const tasks: Record<string, string> = {};
  for (const card of CARDS) tasks[card] = await merchant.submit(card, shirt);
  tasks['failed'] = await merchant.submit('basic_clean', { ...shirt, bytes: Buffer.from('no picture') });
  const { batchId, taskIds } = await merchant.submitBatch('basic_clean', [shirt, shirt]);
  for (const taskId of [...Object.values(tasks), ...taskIds]) await merchant.waitForEnd(taskId);
  await merchant.takeRole('operator', '林运营');
  const [own] = await db.query<{ id: string }>('SELECT id FROM merchants WHERE phone = ?', [phone]);
  const details = await furnishConsole(stage, { merchantId: own?.id ?? '', orderId });
  // The next code to this phone may be asked for a minute later.
  cloud.clock.shift(61_000);
  const task = tasks['basic_clean'] ?? '';
  const failed = tasks['failed'] ?? '';
  return [
    ...named('', '', PUBLIC_PAGES),
    ...named('', '/app/', WORKSPACE_PAGES),
    ...Object.entries(tasks).map(([card, taskId]) => ({ name: `task-${card}`, path: `/app/#/tasks/${taskId}` })),
    { name: 'batch', path: `/app/#/batches/${batchId}` },
    { name: 'order', path: `/app/#/orders/${orderId}` },
    { name: 'continue', path: `/app/#/continue/${encodeURIComponent(`${task}/0/0/white.jpg`)}` },
    ...statesOf(task, shirt),
    ...named('console-', '/console/', CONSOLE_PAGES),
    ...named('console-', '/console/', { ...details, task: `#/tasks/${failed}`, card: '#/cards/basic_clean' }),
    ...Object.entries(INSPECTOR_AREAS).map(([area, isThere]) => {
      return { name: `inspector-${area}`, path: `/local/#${area}`, isThere };
    }),
  ];
}

const named = (prefix: string, before: string, addresses: Readonly<Record<string, string>>): Address[] =>
  Object.entries(addresses).map(([name, path]) => ({ name: `${prefix}${name}`, path: `${before}${path}` }));

/** Pages as they stand while somebody works in them. */
function statesOf(taskId: string, photo: DemoPhoto): Address[] {
  const files = [
    { name: photo.name, mimeType: photo.contentType, buffer: Buffer.from(photo.bytes) },
    { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture at all') },
  ];
  return [
    {
      ...{ name: 'create-filled', path: '/app/#/create/basic_clean' },
      open: async (page) => {
        await page.getByTestId('files').setInputFiles(files);
        await page.locator('.photo-bad').waitFor();
      },
    },
    {
      ...{ name: 'create-refused', path: '/app/#/create/poster' },
      open: async (page) => {
        await page.locator('.summary button').click();
        await page.locator('.error:not(:empty)').first().waitFor();
      },
    },
    {
      ...{ name: 'order-pending', path: '/app/#/membership' },
      open: async (page) => {
        await page.locator('.plan .button-primary').click();
        await page.locator('.qr').waitFor();
      },
    },
    {
      ...{ name: 'task-redo', path: `/app/#/tasks/${taskId}` },
      open: async (page) => {
        await page.locator('.redo summary').click();
        await page.locator('.marks-editor svg').waitFor();
      },
    },
    {
      ...{ name: 'task-lightbox', path: `/app/#/tasks/${taskId}` },
      open: async (page) => {
        await page.locator('.result-picture').first().click();
        await page.locator('.lightbox').waitFor();
      },
    },
    {
      ...{ name: 'account-delete', path: '/app/#/account' },
      open: async (page) => {
        await page.locator('.erase .button-danger').click();
        await page.locator('.erase-lists').waitFor();
      },
    },
  ];
}

/** Something to work off on each page of the console. @returns the pages of what has an id, by name */
async function furnishConsole(
  { db, cloud }: CloudStage,
  { merchantId, orderId }: { readonly merchantId: string; readonly orderId: string },
): Promise<Record<string, string>> {
  await db.write(
    `INSERT INTO invoice_requests (order_id, merchant_id, title_kind, title, tax_number, email, amount_fen, state, created_at)
     VALUES (?, ?, 'company', '晨光服饰有限公司', '91350100M000100Y43', 'bills@example.com', 9900, 'requested', UTC_TIMESTAMP(3))`,
    [orderId, merchantId],
  );
  await db.write(
    `INSERT INTO reconciliation_cases (id, class, channel, subject, order_id, expected_fen, actual_fen, state, remedy, created_at)
     VALUES ('cas_01JD0000000000000000000000', 'amount_differs', 'wechat', '4200001', ?, 9900, 9800, 'open', 'none', UTC_TIMESTAMP(3))`,
    [orderId],
  );
  const { batchId } = await createRedeemBatch(db, {
    ...{ name: '双十一活动', codes: 20, credits: 100, days: 30, uses: 1, validDays: 90, access: 'basic' },
    ...{ reason: '双十一活动', operatorId: merchantId, idempotencyKey: 'pages', requestHash: 'a'.repeat(64) },
    ...{ requestId: 'pages', nowMs: cloud.clock.now() },
  });
  await cloud.timers.fireNow('measure-days');
  return { merchant: `#/merchants/${merchantId}`, 'redeem-batch': `#/redeem/${batchId}` };
}
