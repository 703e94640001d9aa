import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { expectInert, HOSTILE_WORD, inspectDialog } from './browser-stage.ts';
import type { Desk } from './console-desk.ts';

const PAYEE = { method: 'alipay', payeeName: `王${HOSTILE_WORD}`, payeeAccount: 'wang@example.com' };

/** The merchant's own calls, with money to withdraw. @returns what asks for a part of it */
async function earned(
  { all, merchant, merchantId }: Desk,
  fen: number,
): Promise<(amountFen: number) => Promise<number>> {
  const { cloud, db } = all.stage;
  const call = async (path: string, sent: RequestInit = {}): Promise<number> => {
    const headers = { authorization: merchant.authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${cloud.apiUrl}/v1/${path}`, {
      ...sent,
      headers: { ...headers, 'idempotency-key': randomUUID() },
    });
    return answer.status;
  };
  await call('get-referral');
  await db.write('UPDATE referral_accounts SET balance_fen = ? WHERE merchant_id = ?', [fen, merchantId]);
  await db.write(
    `INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at)
     VALUES (?, 'release', 'fen', ?, CONCAT('test:', ?), UTC_TIMESTAMP(3))`,
    [merchantId, fen, merchantId],
  );
  return (amountFen) => call('request-withdrawal', { method: 'POST', body: JSON.stringify({ amountFen, ...PAYEE }) });
}

/** What inviting gives, and what is paid out of it. */
export function consoleGrowth(at: () => Desk): void {
  it('decides what inviting gives, and works a withdrawal off: the payee is masked until it is asked for', async () => {
    const desk = at();
    const { all, page, press, dialog, open, looks, merchantId } = desk;
    const { db } = all.stage;
    const request = await earned(desk, 30_000);
    expect(await request(12_300)).toBe(201);

    await page.goto('/console/#/growth');
    await press('修改设置');
    await dialog().getByLabel('新人额度开启').check();
    await dialog().locator('#growth-welcomeCredits').fill('0');
    await dialog().locator('#reason').fill('拉新活动');
    await press('保存设置');
    await dialog().locator('#growth-welcomeCredits-error').getByText('至少为 1').waitFor();
    await dialog().locator('#growth-welcomeCredits').fill('8');
    await inspectDialog(page, 'console-growth-settings');
    try {
      await press('保存设置');
      await page.locator('.facts').getByText('开启 · 8 额度，有效 30 天').waitFor();
    } finally {
      // What others of these tests expect of a new phone.
      await db.write('UPDATE growth_settings SET welcome_on = 0 WHERE id = 1');
    }

    const row = page.locator('tbody tr').filter({ hasText: '¥123' });
    await row.getByText('王* w****@example.com').waitFor();
    await row.getByRole('button').click();
    await press('查看完整收款信息');
    await dialog().getByText('wang@example.com').waitFor();
    await expectInert(page);
    expect(await looks('show-payee')).toBe(1);
    await dialog().locator('#reason').fill('核对无误');
    await inspectDialog(page, 'console-withdrawal');
    await press('审核通过');
    await row.waitFor({ state: 'detached' });
    await open('待打款');
    await row.getByRole('button').click();
    await dialog().locator('#withdrawal-reference').fill('2026030100001');
    await dialog().locator('#reason').fill('已打款');
    await press('登记已打款');
    await row.waitFor({ state: 'detached' });
    await open('已打款');
    await page.locator('tbody').getByText('2026030100001').waitFor();

    // Of another, approved, somebody changes their mind, and learns that the money had gone already.
    expect(await request(10_100)).toBe(201);
    const second = page.locator('tbody tr').filter({ hasText: '¥101' });
    const decide = async (list: string, choice: string, reference?: string): Promise<void> => {
      await open(list);
      await second.getByRole('button').click();
      await dialog().getByRole('radio', { name: choice }).click();
      if (reference) await dialog().locator('#withdrawal-reference').fill(reference);
      await dialog().locator('#reason').fill('已与商户核对');
      await dialog().getByRole('button', { name: choice, exact: true }).click();
      await second.waitFor({ state: 'detached' });
    };
    await decide('待审核', '审核通过');
    await decide('待打款', '驳回');
    await decide('已驳回', '登记已打款', '2026030100002');
    await open('已打款');
    await page.locator('tbody').getByText('2026030100002').waitFor();
    const [balance] = await db.query<{ fen: number }>(
      'SELECT balance_fen AS fen FROM referral_accounts WHERE merchant_id = ?',
      [merchantId],
    );
    expect(balance?.fen).toBe(30_000 - 12_300 - 10_100);
    expect(await all.stage.audit()).toEqual([]);
  });
}
