import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { shanghaiDay } from '../../shared/shanghai-day.ts';
import { expectInert, HOSTILE_WORD, inspectDialog, inspectPage, shoot } from './browser-stage.ts';
import { type Desk, MINUTE_MS } from './console-desk.ts';

const DAY_MS = 1440 * MINUTE_MS;
export const TITLE = `晨光服饰有限公司${HOSTILE_WORD}`;
export const SECOND_TITLE = '暮色服饰有限公司';
const REFUNDABLE_AFTER_MS = 2 * MINUTE_MS;

/** As a merchant asks for the invoice of an order. */
const ask = ({ all }: Desk, order: string, title: string) =>
  all.stage.db.write(
    `INSERT INTO invoice_requests (order_id, merchant_id, title_kind, title, tax_number, email, amount_fen, state, created_at)
     SELECT id, merchant_id, 'company', ?, '91350100M000100Y43', 'bills@example.com', amount_fen, 'requested', UTC_TIMESTAMP(3)
     FROM orders WHERE id = ?`,
    [title, order],
  );

/** Money goes back, invoices are issued and rejected, orders are found and frozen, and taken out as files. */
export function consoleMoney(at: () => Desk): void {
  it('gives the money for unspent credits back: the amount is shown before, and is what the channel is asked for', async () => {
    const { all, page, press, dialog, orderId } = at();
    all.stage.cloud.clock.shift(REFUNDABLE_AFTER_MS);
    const [lot] = await all.stage.db.query<{ left: number }>(
      'SELECT remaining AS `left` FROM quota_lots WHERE source_key LIKE ?',
      [`%${orderId}`],
    );
    const credits = Number(lot?.left);
    const fen = 99 * credits;
    const yuan = fen / 100;
    await page.goto(`/console/#/orders?orderId=${orderId}`);
    await press('退款');
    await dialog().getByText(`退未用额度 · ¥${yuan}`).waitFor();
    await dialog().getByText('全额退款 · ¥99').waitFor();
    await press(`确认退款 ¥${yuan}`);
    await dialog().locator('#reason-error').getByText('2–80').waitFor();
    await dialog().locator('#reason').fill('商户申请退款');
    await inspectDialog(page, 'console-refund');
    await press(`确认退款 ¥${yuan}`);
    await dialog().getByText(`退款 ¥${yuan}，收回 ${credits} 额度`).waitFor();
    await shoot(page, 'console-refunded');
    await press('关闭');
    await page.locator('tbody').getByText(`¥${yuan}`).first().waitFor();
    const rows = await all.stage.db.query('SELECT amount_fen AS fen, credits FROM refunds WHERE order_id = ?', [
      orderId,
    ]);
    expect(rows).toEqual([{ fen, credits }]);
    expect(await all.stage.audit()).toEqual([]);
  });

  it('gives the whole of an order back, spent or not, and rejects what was asked of its invoice', async () => {
    const desk = at();
    const { all, page, press, dialog, open, merchant } = desk;
    const second = (await merchant.buyPlan('monthly_99')).orderId;
    all.stage.cloud.clock.shift(REFUNDABLE_AFTER_MS);
    await ask(desk, second, SECOND_TITLE);
    await page.goto('/console/#/invoices');
    const asked = page.locator('tbody tr').filter({ hasText: SECOND_TITLE });
    await asked.getByRole('button').click();
    await dialog().getByRole('radio', { name: '驳回申请' }).click();
    await dialog().locator('#reason').fill('抬头与税号不符');
    await dialog().getByRole('button', { name: '驳回申请' }).click();
    await asked.waitFor({ state: 'detached' });
    await open('已驳回');
    await page.locator('tbody').getByText(SECOND_TITLE).waitFor();
    await page.goto(`/console/#/orders?orderId=${second}`);
    await press('退款');
    await dialog().getByRole('radio', { name: '全额退款 · ¥99' }).click();
    await dialog().locator('#reason').fill('商户申请全额退款');
    await press('确认退款 ¥99');
    await dialog().getByText('退款 ¥99，收回 100 额度').waitFor();
    await press('关闭');
    const refunds = await all.stage.db.query('SELECT kind, amount_fen AS fen FROM refunds WHERE order_id = ?', [
      second,
    ]);
    expect(refunds).toEqual([{ kind: 'whole', fen: 9900 }]);
    expect(await all.stage.audit()).toEqual([]);
  });

  it('issues the invoice of what was paid less what went back, under its number, once; its title is text', async () => {
    const desk = at();
    const { all, page, press, dialog, open, orderId } = desk;
    await ask(desk, orderId, TITLE);
    const [back] = await all.stage.db.query<{ fen: string }>(
      'SELECT COALESCE(SUM(amount_fen), 0) AS fen FROM refunds WHERE order_id = ?',
      [orderId],
    );
    await page.goto('/console/#/invoices?state=issued');
    await page.locator('tbody tr, .empty').first().waitFor();
    await page.goto('/console/#/invoices');
    const row = page
      .locator('tbody tr')
      .filter({ hasText: TITLE })
      .filter({ hasText: `¥${(9900 - Number(back?.fen)) / 100}` });
    await row.getByRole('button').click();
    await dialog().locator('#invoice-number').fill('123');
    await dialog().locator('#reason').fill('已在税务平台开具');
    await press('登记已开具');
    await dialog().locator('#invoice-number-error').waitFor();
    await expectInert(page, TITLE);
    await inspectDialog(page, 'console-invoice');
    await dialog().locator('#invoice-number').fill('24442000000012345678');
    await press('登记已开具');
    await row.waitFor({ state: 'detached' });
    await open('已开具');
    await page.locator('tbody').getByText('24442000000012345678').waitFor();
    await expectInert(page, TITLE);
  });
}

/** After the differences were worked off: what stands in the orders is what is searched and exported. */
export function consoleOrders(at: () => Desk): void {
  it('finds an order by the number that its payer names, with what was paid and went back, and freezes another’s credits', async () => {
    const { all, page, press, dialog, orderId } = at();
    const [paid] = await all.stage.db.query<{ number: string; fen: number }>(
      `SELECT p.transaction_id AS number, r.amount_fen AS fen FROM payments p JOIN refunds r ON r.order_id = p.order_id
       WHERE p.order_id = ?`,
      [orderId],
    );
    await page.goto('/console/#/orders');
    await page.locator('#filter-number').fill('?');
    await press('查询');
    await page.locator('#filter-number-error').waitFor();
    await page.locator('#filter-number').fill(paid?.number ?? '');
    await press('查询');
    const refunds = page.locator('section').filter({ has: page.getByRole('heading', { name: '退款记录' }) });
    await refunds.getByText(`¥${Number(paid?.fen) / 100}`).waitFor();
    await inspectPage(page, 'console-order-money');
    await page.goto('/console/#/orders?state=paid');
    const free = page
      .locator('tbody tr')
      .filter({ has: page.getByRole('button', { name: '冻结额度' }) })
      .first();
    const named = await free.locator('a.mono').first().getAttribute('title');
    await free.getByRole('button', { name: '冻结额度' }).click();
    await dialog().locator('#reason').fill('渠道来电核实');
    await dialog().getByRole('button', { name: '冻结额度' }).click();
    const row = page.locator('tbody tr').filter({ has: page.locator(`[title="${named}"]`) });
    await row.getByText('额度已冻结').waitFor();
    await row.getByRole('button', { name: '解冻额度' }).click();
    await dialog().locator('#reason').fill('核实无误');
    await dialog().getByRole('button', { name: '解冻额度' }).click();
    await row.getByRole('button', { name: '冻结额度' }).waitFor();
    expect(await all.stage.audit()).toEqual([]);
  });

  it('takes orders and figures out as files with their totals, once a code was shown; days in the wrong order are told', async () => {
    const { all, page, press, dialog, looks, authenticator, orderId } = at();
    const { clock } = all.stage.cloud;
    clock.shift(16 * MINUTE_MS);
    const days = [shanghaiDay(clock.now() - DAY_MS), shanghaiDay(clock.now() + DAY_MS)] as const;
    const choose = async (firstDay: string, lastDay: string): Promise<void> => {
      await dialog().locator('#export-firstDay').fill(firstDay);
      await dialog().locator('#export-lastDay').fill(lastDay);
      await press('导出 CSV');
    };
    const saved = async (pressed: () => Promise<void>): Promise<{ name: string; lines: string[] }> => {
      const [file] = await Promise.all([page.waitForEvent('download'), pressed()]);
      const text = await readFile(await file.path(), 'utf8');
      expect(text.charCodeAt(0)).toBe(0xfeff);
      return { name: file.suggestedFilename(), lines: text.slice(1).trimEnd().split('\r\n') };
    };
    await page.goto('/console/#/orders');
    await press('导出订单');
    await choose(days[1], days[0]);
    await page.getByRole('heading', { name: '验证动态口令' }).waitFor();
    await page.locator('#totp-code').fill(authenticator.code());
    await press('验证并继续');
    await dialog().locator('#export-lastDay-error').getByText('不能早于开始日期').waitFor();
    await inspectDialog(page, 'console-export');
    const orders = await saved(() => choose(...days));
    expect(orders.name).toBe(`订单-${days[0]}-${days[1]}.csv`);
    const own = orders.lines.filter((line) => line.startsWith(orderId));
    expect(own).toEqual([expect.stringMatching(/,月度会员 Monthly,\w+,已支付 paid,99,100,[^,]+,[\d.]+,issued$/)]);
    const [booked] = await all.stage.db.query<{ n: string; fen: string }>(
      "SELECT COUNT(*) AS n, SUM(IF(state = 'paid', amount_fen, 0)) AS fen FROM orders",
    );
    const total = orders.lines.at(-1)?.split(',') ?? [];
    expect([total[0], total[7]]).toEqual([`合计 total: ${booked?.n}`, String(Number(booked?.fen) / 100)]);
    await page.goto('/console/#/');
    await press('导出经营数据');
    const figures = await saved(() => choose(...days));
    expect(figures.lines.map((line) => line.split(',')[0])).toEqual([
      ...['日期 day (UTC+8)', days[0], shanghaiDay(clock.now()), days[1]],
      expect.stringMatching(/^合计 total: \d\/3$/),
    ]);
    expect([await looks('export-orders'), await looks('export-days')]).toEqual([1, 1]);
  });
}
