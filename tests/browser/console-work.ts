import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { shanghaiDay } from '../../shared/shanghai-day.ts';
import { type BrowserStage, inspectPage, newPhone, shoot, type Visitor } from './browser-stage.ts';
import { type Authenticator, comeAs, enrol, inspectEnglishDark } from './console-stage.ts';
import { consoleSupport } from './console-support.ts';

const MINUTE = 60_000;
const DAY_MS = 1440 * MINUTE;
const CASE = 'cas_01JD0000000000000000000000';
const PAGES = ['merchants', 'tasks', 'orders', 'invoices', 'growth', 'cases'] as const;
const TITLE = '晨光服饰有限公司';
const SECOND_TITLE = '暮色服饰有限公司';

/** Whose buttons are an operator's alone. */
const WORK = ['tasks', 'orders', 'growth', 'cases', 'cards', 'models', 'presets', 'announcements', 'settings'];
const WRITES =
  /退款|导出|发放|收回|停用|新建|作废|关闭|开放|白名单|终止|重跑|冻结|保存|发布|提前结束|编辑|上传|修改|处理|添加|复制/;

/** Merchants, their credits, tasks and orders, money that goes back, and the reconciliation, as an operator works them off. */
export function consoleWork(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let merchant: DemoMerchant;
  let orderId: string;
  let merchantHash: string;
  let authenticator: Authenticator;
  const phone = newPhone();

  beforeAll(async () => {
    all = at();
    const { cloud, db } = all.stage;
    merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
    await merchant.signIn(phone);
    orderId = (await merchant.buyPlan('monthly_99')).orderId;
    const failing = { name: 'no.jpg', bytes: Buffer.from('no picture'), contentType: 'image/jpeg' } as const;
    await merchant.waitForEnd(await merchant.submit('basic_clean', failing));
    await merchant.reserve('basic_clean');
    await db.write(
      `INSERT INTO reconciliation_cases (id, class, channel, subject, order_id, expected_fen, actual_fen, state, remedy, created_at)
       VALUES (?, 'amount_differs', 'wechat', '4200001', ?, 9900, 9800, 'open', 'none', UTC_TIMESTAMP(3))`,
      [CASE, orderId],
    );
    visitor = await all.visitor();
    page = visitor.page;
    await comeAs(all, visitor, 'operator');
    authenticator = await enrol(all, page);
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const looks = async (action: string): Promise<number> => {
    const [row] = await all.stage.db.query<{ n: string }>('SELECT COUNT(*) AS n FROM audit_log WHERE action = ?', [
      action,
    ]);
    return Number(row?.n);
  };
  /** A task of the merchant's that an operator repeated. */
  const repeated = async (): Promise<string> => {
    const [task] = await all.stage.db.query<{ id: string }>(
      'SELECT retry_of AS id FROM tasks WHERE merchant_id = ? AND retry_of IS NOT NULL',
      [merchantHash.split('/').at(-1) ?? ''],
    );
    return task?.id ?? '';
  };
  const dialog = () => page.locator('.dialog');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  /** The address changes first and the choice follows it, so that it is the page's answer that tells. */
  const open = (part: string) => page.getByRole('radio', { name: part }).click();

  /** As a merchant asks for the invoice of an order. */
  const ask = (order: string, title: string) =>
    all.stage.db.write(
      `INSERT INTO invoice_requests (order_id, merchant_id, title_kind, title, tax_number, email, amount_fen, state, created_at)
       SELECT id, merchant_id, 'company', ?, '91350100M000100Y43', 'bills@example.com', amount_fen, 'requested', UTC_TIMESTAMP(3)
       FROM orders WHERE id = ?`,
      [title, order],
    );

  describe('an operator at work', () => {
    it('finds a merchant by phone; a mistyped one is told at once and leaves no row in the audit log', async () => {
      await page.goto('/console/#/merchants');
      await page.locator('tbody tr').first().waitFor();
      const before = await looks('search-merchants');
      await page.locator('#filter-phone').fill('139');
      await press('查询');
      await page.locator('#filter-phone-error').getByText('11 位').waitFor();
      await inspectPage(page, 'console-merchants');
      expect(await looks('search-merchants')).toBe(before);
      await page.locator('#filter-phone').fill(phone);
      await press('查询');
      await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
      expect(await looks('search-merchants')).toBe(before + 1);
      await page.locator('tbody a').first().click();
      await page.getByRole('heading', { name: `${phone.slice(0, 3)}****${phone.slice(7)}` }).waitFor();
      merchantHash = new URL(page.url()).hash;
    });

    it('gives credits with a reason and takes some of them back, each once in the ledger', async () => {
      const available = () => page.locator('.facts dd').nth(1).innerText();
      expect(await available()).toBe('99');
      await press('发放额度');
      await dialog().locator('#grant-credits').fill('0');
      await press('确认发放');
      await dialog().locator('#grant-credits-error').getByText('至少为 1').waitFor();
      await dialog().locator('#grant-credits').fill('30');
      await press('确认发放');
      await dialog().locator('#reason-error').getByText('2–80').waitFor();
      await dialog().locator('#reason').fill('补偿上周故障');
      await inspectPage(page, 'console-grant');
      await press('确认发放');
      await expect.poll(available).toBe('129');
      await page.locator('tbody tr').filter({ hasText: '运营发放' }).getByText('收回').click();
      await dialog().locator('#revoke-credits').fill('31');
      await dialog().locator('#reason').fill('多发了');
      await press('确认收回');
      await dialog().getByText('剩余不足').waitFor();
      await dialog().locator('#revoke-credits').fill('10');
      await press('确认收回');
      await expect.poll(available).toBe('119');
      expect(await merchant.balance()).toBe(119);
      await inspectPage(page, 'console-merchant');
    });

    it('sees the merchant’s tasks with the cause of a failure, orders and sessions', async () => {
      await open('任务');
      await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
      expect(await page.locator('tbody').innerText()).toMatch(/等待照片[\s\S]*失败[\s\S]*文件不是可识别的图片/);
      await page.locator('tbody tr').filter({ hasText: '失败' }).getByRole('link').first().click();
      await page.getByRole('heading', { name: '额度流水' }).waitFor();
      expect(await page.locator('main').innerText()).toMatch(/返还[\s\S]*\+1/);
      expect(await page.getByRole('button', { name: '终止任务' }).count()).toBe(0);
      await inspectPage(page, 'console-task');
      await page.goBack();
      await open('额度流水');
      await page.locator('tbody tr').filter({ hasText: '收回' }).getByText('-10').waitFor();
      await inspectPage(page, 'console-ledger');
      await open('登录会话');
      expect(await page.locator('tbody tr').count()).toBe(1);
      await open('订单');
      await page.locator('tbody').getByText('¥99').waitFor();
    });

    consoleSupport(() => ({ all, page, merchant, merchantHash }));

    it('gives the money for unspent credits back: the amount is shown before, and is what the channel is asked for', async () => {
      all.stage.cloud.clock.shift(2 * MINUTE);
      await page.goto(`/console/#/orders?orderId=${orderId}`);
      await press('退款');
      await dialog().getByText('退未用额度 · ¥97.02').waitFor();
      await dialog().getByText('全额退款 · ¥99').waitFor();
      await press('确认退款 ¥97.02');
      await dialog().locator('#reason-error').getByText('2–80').waitFor();
      await dialog().locator('#reason').fill('商户申请退款');
      await inspectPage(page, 'console-refund');
      await press('确认退款 ¥97.02');
      await dialog().getByText('退款 ¥97.02，收回 98 额度').waitFor();
      await shoot(page, 'console-refunded');
      await press('关闭');
      await page.locator('tbody').getByText('¥97.02').first().waitFor();
      const rows = await all.stage.db.query('SELECT amount_fen AS fen, credits FROM refunds WHERE order_id = ?', [
        orderId,
      ]);
      expect(rows).toEqual([{ fen: 9702, credits: 98 }]);
      expect(await all.stage.audit()).toEqual([]);
    });

    it('gives the whole of an order back, spent or not, and rejects what was asked of its invoice', async () => {
      const second = (await merchant.buyPlan('monthly_99')).orderId;
      all.stage.cloud.clock.shift(2 * MINUTE);
      await ask(second, SECOND_TITLE);
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

    it('ends a task that waits: it fails, and its credit returns once', async () => {
      await page.goto('/console/#/tasks?state=awaiting_upload');
      await page.locator('tbody tr').getByRole('link').first().click();
      await press('终止任务');
      await dialog().locator('#reason').fill('照片一直没有送达');
      await dialog().getByRole('button', { name: '终止任务' }).click();
      await page.getByText('任务已终止，返还 1 额度').waitFor();
      await page.locator('.facts .tag-bad').getByText('失败').waitFor();
      await page.locator('tbody').getByText('照片一直没有送达').waitFor();
      expect(await page.getByRole('button', { name: '终止任务' }).count()).toBe(0);
      expect(await all.stage.audit()).toEqual([]);
    });

    it('issues the invoice of what was paid less what went back, under its number, once', async () => {
      await ask(orderId, TITLE);
      await page.goto('/console/#/invoices');
      const row = page.locator('tbody tr').filter({ hasText: TITLE }).filter({ hasText: '¥1.98' });
      await row.getByRole('button').click();
      await dialog().locator('#invoice-number').fill('123');
      await dialog().locator('#reason').fill('已在税务平台开具');
      await press('登记已开具');
      await dialog().locator('#invoice-number-error').waitFor();
      await inspectPage(page, 'console-invoice');
      await dialog().locator('#invoice-number').fill('24442000000012345678');
      await press('登记已开具');
      await row.waitFor({ state: 'detached' });
      await open('已开具');
      await page.locator('tbody').getByText('24442000000012345678').waitFor();
    });

    it('decides what inviting gives, and works a withdrawal off: the payee is masked until it is asked for', async () => {
      const { cloud, db } = all.stage;
      const call = (path: string, sent: RequestInit = {}) =>
        fetch(`${cloud.apiUrl}/v1/${path}`, {
          ...sent,
          headers: {
            ...{ authorization: merchant.authorization, 'content-type': 'application/json' },
            'idempotency-key': randomUUID(),
          },
        });
      await call('get-referral');
      const own = 'FROM merchants WHERE phone = ?';
      await db.write(`UPDATE referral_accounts SET balance_fen = 30000 WHERE merchant_id = (SELECT id ${own})`, [
        phone,
      ]);
      await db.write(
        `INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at)
         SELECT id, 'release', 'fen', 30000, CONCAT('test:', id), UTC_TIMESTAMP(3) ${own}`,
        [phone],
      );
      const payee = { method: 'alipay', payeeName: '王小明', payeeAccount: 'wang@example.com' };
      const request = (amountFen: number) =>
        call('request-withdrawal', { method: 'POST', body: JSON.stringify({ amountFen, ...payee }) });
      expect((await request(12_300)).status).toBe(201);

      await page.goto('/console/#/growth');
      await press('修改设置');
      await dialog().getByLabel('新人额度开启').check();
      await dialog().locator('#growth-welcomeCredits').fill('0');
      await dialog().locator('#reason').fill('拉新活动');
      await press('保存设置');
      await dialog().locator('#growth-welcomeCredits-error').getByText('至少为 1').waitFor();
      await dialog().locator('#growth-welcomeCredits').fill('8');
      await inspectPage(page, 'console-growth-settings');
      await press('保存设置');
      await page.locator('.facts').getByText('开启 · 8 额度，有效 30 天').waitFor();
      // What others of these tests expect of a new phone.
      await db.write('UPDATE growth_settings SET welcome_on = 0 WHERE id = 1');

      const row = page.locator('tbody tr').filter({ hasText: '¥123' });
      await row.getByText('王* w****@example.com').waitFor();
      await row.getByRole('button').click();
      await press('查看完整收款信息');
      await dialog().getByText('wang@example.com').waitFor();
      expect(await looks('show-payee')).toBe(1);
      await dialog().locator('#reason').fill('核对无误');
      await inspectPage(page, 'console-withdrawal');
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
      expect((await request(10_100)).status).toBe(201);
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
        `SELECT balance_fen AS fen FROM referral_accounts WHERE merchant_id = (SELECT id ${own})`,
        [phone],
      );
      expect(balance?.fen).toBe(30_000 - 12_300 - 10_100);
      expect(await all.stage.audit()).toEqual([]);
    });

    it('sees on the overview what was measured and what waits, and one day’s figures at a press', async () => {
      const { cloud } = all.stage;
      await page.goto('/console/#/');
      await page.getByRole('heading', { name: '当前' }).waitFor();
      const measured = await fetch(`${cloud.localUrl}/timers/measure-days`, { method: 'POST' });
      expect(measured.status).toBe(200);
      await page.reload();
      const tile = (name: string) => page.locator('.figure-tile').filter({ hasText: name }).locator('.figure');
      await expect.poll(() => tile('待处理对账差异').innerText()).toBe('1');
      await page.getByText('每分钟更新').waitFor();
      await open('近 30 天');
      const [paid] = await all.stage.db.query<{ fen: string }>('SELECT SUM(amount_fen) AS fen FROM payments');
      expect(await page.locator('.figure-tile').filter({ hasText: '收入' }).innerText()).toContain(
        `¥${Number(paid?.fen) / 100}`,
      );
      await page.locator('.failures').getByText('文件不是可识别的图片').waitFor();
      await inspectPage(page, 'console-overview');
      await page.locator('.chart button:enabled').last().click();
      await page.getByRole('heading', { name: '的数据' }).waitFor();
      await page.locator('.failures').getByText('文件不是可识别的图片').click();
      await page.waitForURL('**/#/tasks?errorCode=INPUT_NOT_AN_IMAGE&day=*');
      await page.locator('tbody tr').filter({ hasText: '文件不是可识别的图片' }).first().waitFor();
      expect(await page.locator('tbody tr').filter({ hasText: '已完成' }).count()).toBe(0);
      await page.goBack();
      await page.locator('.chart').waitFor();
      expect(await page.locator('.chart button:disabled').first().getAttribute('aria-label')).toContain('暂无数据');
    });

    it('suspends a merchant, whose sessions end at once, and lets one back in', async () => {
      await page.goto(`/console/${merchantHash}`);
      await press('停用商户');
      await dialog().locator('#reason').fill('涉嫌盗用');
      await shoot(page, 'console-suspend');
      await dialog().getByRole('button', { name: '停用商户' }).click();
      await page.locator('.tag-bad').getByText('已停用').waitFor();
      await expect(merchant.signIn(phone)).rejects.toThrow();
      await press('恢复使用');
      await dialog().locator('#reason').fill('核实无误');
      await dialog().getByRole('button', { name: '恢复使用' }).click();
      await page.locator('.facts .tag-good').getByText('正常').waitFor();
    });

    it('works a difference off from the case alone: looks at the order, releases its credits, and ends it with a note', async () => {
      const { db, cloud } = all.stage;
      const second = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
      await second.signIn(newPhone());
      const bought = await second.buyPlan('monthly_99');
      await db.callProcedure('freeze_order_v3', [bought.orderId, 1, sqlTime(cloud.clock.now()), null]);
      await db.write('UPDATE reconciliation_cases SET order_id = ? WHERE id = ?', [bought.orderId, CASE]);
      expect(await second.balance()).toBe(0);
      await page.goto('/console/#/cases');
      const row = page.locator('tbody tr').filter({ hasText: '¥98' });
      await row.getByText('金额不一致').waitFor();
      await inspectPage(page, 'console-cases-open');
      await row.getByRole('button').click();
      await dialog().getByText('额度已冻结').waitFor();
      await inspectPage(page, 'console-case');
      await dialog().getByRole('button', { name: '解冻额度' }).click();
      await dialog().locator('#reason').fill('渠道确有收款');
      await dialog().getByRole('button', { name: '解冻额度' }).click();
      await dialog().getByRole('button', { name: '冻结额度' }).waitFor();
      expect(await second.balance()).toBe(100);
      await dialog().locator('#reason').fill('已与渠道核对，属改价');
      await dialog().getByRole('button', { name: '标记已处理' }).click();
      await page.getByText('没有待处理的差异').waitFor();
      await open('已处理');
      await page.locator('tbody').getByText('金额不一致').waitFor();
      await page.getByRole('link', { name: '审计日志' }).click();
      await page.locator('tbody tr').first().getByText('处理对账差异').waitFor();
      expect(await page.locator('tbody').innerText()).toMatch(
        /已与渠道核对，属改价[\s\S]*冻结或解冻订单额度[\s\S]*渠道确有收款/,
      );
    });

    it('finds an order by the number that its payer names, with what was paid and went back, and freezes another’s credits', async () => {
      const [paid] = await all.stage.db.query<{ number: string }>(
        'SELECT transaction_id AS number FROM payments WHERE order_id = ?',
        [orderId],
      );
      await page.goto('/console/#/orders');
      await page.locator('#filter-number').fill('?');
      await press('查询');
      await page.locator('#filter-number-error').waitFor();
      await page.locator('#filter-number').fill(paid?.number ?? '');
      await press('查询');
      const refunds = page.locator('section').filter({ has: page.getByRole('heading', { name: '退款记录' }) });
      await refunds.getByText('¥97.02').waitFor();
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
      const { clock } = all.stage.cloud;
      clock.shift(16 * MINUTE);
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
      await inspectPage(page, 'console-export');
      const orders = await saved(() => choose(...days));
      expect(orders.name).toBe(`订单-${days[0]}-${days[1]}.csv`);
      const own = orders.lines.filter((line) => line.startsWith(orderId));
      expect(own).toEqual([expect.stringMatching(/,已支付 paid,99,100,[^,]+,97\.02,issued$/)]);
      const [booked] = await all.stage.db.query<{ n: string; fen: string }>(
        "SELECT COUNT(*) AS n, SUM(IF(state = 'paid', amount_fen, 0)) AS fen FROM orders",
      );
      const total = orders.lines.at(-1)?.split(',') ?? [];
      expect([total[0], total[6]]).toEqual([`合计 total: ${booked?.n}`, String(Number(booked?.fen) / 100)]);
      await page.goto('/console/#/');
      await press('导出经营数据');
      const figures = await saved(() => choose(...days));
      expect(figures.lines.map((line) => line.split(',')[0])).toEqual([
        ...['日期 day (UTC+8)', days[0], shanghaiDay(clock.now()), days[1]],
        expect.stringMatching(/^合计 total: \d\/3$/),
      ]);
      expect([await looks('export-orders'), await looks('export-days')]).toEqual([1, 1]);
    });

    it('gives a merchant a role and ends it, with a reason; of one’s own there is nothing to press', async () => {
      await page.goto('/console/#/account');
      const row = page.locator('tbody tr').filter({ hasText: '吴客服' });
      await press('添加人员');
      await dialog().locator('#operator-merchant').fill('mch_1');
      await dialog().locator('#operator-name').fill('吴客服');
      await press('保存角色');
      await dialog().locator('#operator-merchant-error').waitFor();
      await dialog()
        .locator('#operator-merchant')
        .fill(merchantHash.split('/').at(-1) ?? '');
      await press('保存角色');
      await dialog().locator('#reason-error').getByText('2–80').waitFor();
      await dialog().locator('#reason').fill('新同事入职');
      await inspectPage(page, 'console-operator');
      await press('保存角色');
      await row.getByText('客服（只读）').waitFor();
      await row.getByText('在任').waitFor();
      await inspectPage(page, 'console-operators');
      await row.getByRole('button', { name: '变更角色' }).click();
      await dialog().getByRole('radio', { name: '取消角色' }).click();
      await dialog().locator('#reason').fill('同事离职');
      await press('保存角色');
      await row.getByText('已取消').waitFor();
      const own = page.locator('tbody tr').filter({ hasText: '本人' });
      expect([await own.count(), await own.getByRole('button').count()]).toEqual([1, 0]);
      expect(await looks('set-operator')).toBe(2);
    });
  });

  describe('the pages of that work', () => {
    // The others were looked at with more in them, above.
    it.each(['invoices', 'growth'])('%s fits its screen and is read by screen readers', async (name) => {
      await page.goto(`/console/#/${name}`);
      await page.locator('tbody tr, .empty').first().waitFor();
      await inspectPage(page, `console-${name}`);
    });

    it('have no Chinese left in English, and contrast enough in the dark', async () => {
      const pages = PAGES.map((one) => [one, `#/${one}`] as const);
      const details = [
        ['merchant', merchantHash],
        ['task', `#/tasks/${await repeated()}`],
      ] as const;
      await inspectEnglishDark(page, [['overview', '#/'], ...pages, ...details], {
        shown: 'tbody tr, .empty, .chart',
        own: new RegExp(
          `林运营|周客服|吴客服|${TITLE}|${SECOND_TITLE}|晨光服饰|王\\*|亚麻衬衫|引擎故障补偿|客户要求再做一次`,
          'g',
        ),
      });
      expect(visitor.complaints).toEqual([]);
    });
  });

  describe('support', () => {
    it('looks and is offered nothing that changes anything, and is let out when the role ends', async () => {
      const support = await all.visitor();
      await comeAs(all, support, 'support');
      await support.page.goto('/console/#/redeem');
      await support.page.locator('.data-table, .empty').first().waitFor();
      await support.page.getByText('只能查看').waitFor();
      expect(await support.page.getByRole('button', { name: '新建批次' }).count()).toBe(0);
      const [batch] = await all.stage.db.query<{ id: string }>('SELECT id FROM redeem_batches LIMIT 1');
      const details = [merchantHash.slice(2), `tasks/${await repeated()}`, 'cards/basic_clean', `redeem/${batch?.id}`];
      for (const hash of ['', ...WORK, ...details]) {
        await support.page.goto(`/console/#/${hash}`);
        await support.page.locator('main').locator('tbody tr, .empty, .chart, .facts, .model, form').first().waitFor();
        const offered = await support.page.locator('main').getByRole('button').allInnerTexts();
        expect(
          offered.filter((text) => WRITES.test(text)),
          hash,
        ).toEqual([]);
      }
      await waitsOut(all, support);
      await support.page.goto('/console/#/account');
      expect(await support.page.getByRole('button', { name: '立即绑定' }).count()).toBe(1);
      expect(await support.page.getByRole('button', { name: '添加人员' }).count()).toBe(0);
      await support.page.getByRole('button', { name: '退出登录' }).click();
      await support.page.locator('#phone').waitFor();
      await support.page.reload();
      await support.page.locator('#phone').waitFor();
      expect(support.complaints).toEqual([]);
      await support.context.close();
    });
  });
}

/** Without a network the page waits for it; of a request that failed it says the number, and goes on once it can. */
async function waitsOut(all: BrowserStage, { context, page }: Visitor): Promise<void> {
  const rows = page.locator('tbody tr').first();
  await page.goto('/console/#/orders');
  await rows.waitFor();
  await context.setOffline(true);
  // Nobody has looked for these before: nothing of them is there yet.
  await page.goto('/console/#/tasks?state=canceled');
  await page.getByRole('heading', { name: '任务' }).waitFor();
  const found = page.locator('tbody tr, .empty').first();
  expect(await found.count()).toBe(0);
  await context.setOffline(false);
  await found.waitFor();
  const faults = (body: object) =>
    fetch(`${all.stage.cloud.localUrl}/faults`, { method: 'POST', body: JSON.stringify(body) });
  await faults({ databaseStopped: true });
  await page.getByRole('link', { name: '审计日志' }).click();
  await page.locator('.request-id').first().waitFor();
  await faults({});
  await page.getByRole('button', { name: '重试' }).first().click();
  await rows.waitFor();
}
