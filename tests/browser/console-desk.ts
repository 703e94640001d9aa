import type { Locator, Page } from 'playwright-core';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import { type BrowserStage, forgetLimits, newPhone, type Visitor } from './browser-stage.ts';
import { type Authenticator, comeAs, enrol } from './console-stage.ts';

export const MINUTE_MS = 60_000;

/** An operator at the console, and the merchant whose things are worked off: one order paid, a task that failed, one that waits for its photo. */
export interface Desk {
  readonly all: BrowserStage;
  readonly visitor: Visitor;
  readonly page: Page;
  readonly authenticator: Authenticator;
  readonly merchant: DemoMerchant;
  readonly merchantId: string;
  readonly phone: string;
  readonly orderId: string;
  readonly dialog: () => Locator;
  /** A button by its whole name. */
  readonly press: (name: string) => Promise<void>;
  /** A part of a list. The address changes first and the choice follows it, so that it is the page's answer that tells. */
  readonly open: (part: string) => Promise<void>;
  /** Rows of the audit log with that action. */
  readonly looks: (action: string) => Promise<number>;
  /** A task of the merchant's: one that an operator repeated, where there is one. */
  readonly aTask: () => Promise<string>;
}

export async function openDesk(all: BrowserStage): Promise<Desk> {
  const { cloud, db } = all.stage;
  const phone = newPhone();
  const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
  await forgetLimits(all);
  await merchant.signIn(phone);
  const { orderId } = await merchant.buyPlan('monthly_99');
  const failing = { name: 'no.jpg', bytes: Buffer.from('no picture'), contentType: 'image/jpeg' } as const;
  await merchant.waitForEnd(await merchant.submit('basic_clean', failing));
  await merchant.reserve('basic_clean');
  const [own] = await db.query<{ id: string }>('SELECT id FROM merchants WHERE phone = ?', [phone]);
  const merchantId = own?.id ?? '';
  const visitor = await all.visitor();
  const { page } = visitor;
  await comeAs(all, visitor, 'operator');
  const authenticator = await enrol(all, page);
  return {
    ...{ all, visitor, page, authenticator, merchant, merchantId, phone, orderId },
    dialog: () => page.locator('.dialog'),
    press: (name) => page.getByRole('button', { name, exact: true }).click(),
    open: (part) => page.getByRole('radio', { name: part }).click(),
    looks: async (action) => {
      const [row] = await db.query<{ n: string }>('SELECT COUNT(*) AS n FROM audit_log WHERE action = ?', [action]);
      return Number(row?.n);
    },
    aTask: async () => {
      const [task] = await db.query<{ id: string }>(
        'SELECT COALESCE(retry_of, id) AS id FROM tasks WHERE merchant_id = ? ORDER BY retry_of DESC LIMIT 1',
        [merchantId],
      );
      return task?.id ?? '';
    },
  };
}
