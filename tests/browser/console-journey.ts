import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BrowserStage,
  expectInert,
  inspectDialog,
  inspectPage,
  newPhone,
  openPage,
  shoot,
  signInByCalls,
  type Visitor,
} from './browser-stage.ts';
import { type Authenticator, authenticatorOf, giveRole, inspectEnglishDark, signInAtConsole } from './console-stage.ts';

const MINUTE = 60_000;
const HOSTILE = '"><img src=x onerror=alert(1)>';
const PAGES = { audit: '#/audit', redeem: '#/redeem', account: '#/account', unknown: '#/nothing' } as const;

/** The operators' console: who comes in, the second factor, codes, the audit log; each page at two widths, languages and themes. */
export function consoleJourney(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let authenticator: Authenticator;
  let batchHash: string;
  const phone = newPhone();

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
  }, 120_000);
  afterAll(() => visitor?.context.close());

  /** Twice: a browser lets a page refuse one, and closes a dialog on the next. */
  const pressEscape = async (): Promise<void> => {
    for (let n = 0; n < 2; n++) await page.keyboard.press('Escape');
  };

  describe('an operator', () => {
    it('is told at each field what is wrong with it, and without a role who could give one', async () => {
      await page.goto('/console/');
      await page.locator('#phone').fill('123');
      await page.getByRole('button', { name: '获取验证码' }).click();
      await page.locator('#phone-error').getByText('11 位').waitFor();
      await inspectPage(page, 'console-sign-in');
      await signInAtConsole(all, page, phone);
      await page.getByRole('heading', { name: '该账号没有运营权限' }).waitFor();
      await page
        .locator('.door')
        .getByText(`${phone.slice(0, 3)}****${phone.slice(7)}`)
        .first()
        .waitFor();
      await inspectPage(page, 'console-refused');
      await page.getByRole('button', { name: '重新检查' }).click();
      await page.getByRole('heading', { name: '该账号没有运营权限' }).waitFor();
    });

    it('comes in with the role, and enrols an authenticator from the picture in the page', async () => {
      await giveRole(all, phone, 'operator', '林运营');
      await page.getByRole('button', { name: '重新检查' }).click();
      await page.locator('.who').getByText('林运营').waitFor();
      await page.goto('/console/#/account');
      const answered = page.waitForResponse('**/ops/enrol-totp');
      await page.getByRole('button', { name: '立即绑定' }).click();
      const { data } = (await (await answered).json()) as { data: { uri: string; secret: string } };
      const drawn = await page.locator('.qr path').getAttribute('d');
      const dark = encode(data.uri, { ecc: 'M', border: 3 }).data.flat().filter(Boolean).length;
      expect(drawn?.match(/M/g)).toHaveLength(dark);
      authenticator = authenticatorOf(await page.getByTestId('totp-secret').innerText(), all.stage.cloud.clock.now);
      const right = authenticator.code();
      await page.locator('#totp-code').fill(right === '000000' ? '000001' : '000000');
      await page.getByRole('button', { name: '完成绑定' }).click();
      await page.locator('#totp-code-error').getByText('动态口令不正确').waitFor();
      await inspectPage(page, 'console-enrol');
      await page.locator('#totp-code').fill(authenticator.code());
      await page.getByRole('button', { name: '完成绑定' }).click();
      await page.locator('.tag-good').getByText('已绑定').waitFor();
      await expect.poll(() => page.getByText(data.secret).count()).toBe(0);
    });

    it('makes a batch of codes: asked for a code by itself, the same call goes out again, and the codes are shown once', async () => {
      all.stage.cloud.clock.shift(16 * MINUTE);
      await page.goto('/console/#/redeem');
      await page.getByRole('button', { name: '新建批次' }).click();
      await page.locator('#batch-name').fill(HOSTILE);
      await page.locator('#batch-codes').fill('0');
      await page.locator('#batch-reason').fill('双十一活动');
      const keys: (string | undefined)[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/create-redeem-batch')) keys.push(request.headers()['idempotency-key']);
      });
      await page.getByRole('button', { name: '生成卡密' }).click();
      await page.getByRole('heading', { name: '验证动态口令' }).waitFor();
      await page.locator('#totp-code').fill(authenticator.code());
      await shoot(page, 'console-step-up');
      await page.getByRole('button', { name: '验证并继续' }).click();
      await page.locator('#batch-codes-error').getByText('至少为 1').waitFor();
      // Twice for the second factor, and once more where its token had run out.
      expect([keys.length > 1, new Set(keys).size]).toEqual([true, 1]);
      await inspectDialog(page, 'console-new-batch');
      await page.locator('#batch-codes').fill('60');
      let answer = (): void => undefined;
      const held = new Promise<void>((resolve) => (answer = resolve));
      await page.route('**/create-redeem-batch', (route) => held.then(() => route.continue()), { times: 1 });
      await page.getByRole('button', { name: '生成卡密' }).click();
      await pressEscape();
      answer();
      const shown = (await page.locator('.codes').inputValue()).split('\n');
      expect([shown.length, new Set(shown).size]).toEqual([60, 60]);
      expect(new Set(keys).size).toBe(2);
      await pressEscape();
      await expect.poll(() => page.getByRole('button', { name: '关闭' }).isDisabled()).toBe(true);
      const [csv] = await Promise.all([page.waitForEvent('download'), page.getByText('下载 CSV（60 个）').click()]);
      const saved = await readFile(await csv.path(), 'utf8');
      expect(shown.every((code) => saved.includes(code))).toBe(true);
      await page.getByRole('button', { name: '关闭' }).click();
      await page.locator('.data-table').getByText(HOSTILE).waitFor();
      await expectInert(page, HOSTILE);
      expect(await page.content()).not.toContain(shown[0]);
      await redeem(all, shown[41] ?? '');
    });

    it('sees which code was used, and ends the batch with a reason', async () => {
      await page.locator('.data-table a').getByText(HOSTILE).click();
      await page.getByText('加载更多').click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(60);
      await page.getByRole('radio', { name: '已使用' }).click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
      await expect.poll(() => page.locator('tbody tr').innerText()).toMatch(/^42[\s\S]*1 \/ 1/);
      await inspectPage(page, 'console-batch');
      await page.getByRole('button', { name: '作废批次' }).click();
      await page.locator('.dialog').getByRole('button', { name: '作废批次' }).click();
      await page.locator('#reason-error').getByText('2–80').waitFor();
      await page.locator('#reason').fill('活动提前结束');
      await shoot(page, 'console-revoke');
      await page.locator('.dialog').getByRole('button', { name: '作废批次' }).click();
      await page.locator('.panel .tag-bad').getByText('已作废').waitFor();
      await expect.poll(() => page.getByRole('button', { name: '作废批次' }).count()).toBe(0);
    });

    it('finds every step of it in the audit log, by target and by action, a page at a time', async () => {
      batchHash = new URL(page.url()).hash;
      const batchId = batchHash.split('/').at(-1) ?? '';
      await page.goto('/console/#/audit');
      await page.locator('#filter-target').fill(batchId);
      await page.getByRole('button', { name: '查询' }).click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
      await expect.poll(() => page.locator('tbody tr').first().innerText()).toMatch(/作废卡密批次[\s\S]*活动提前结束/);
      await page.locator('tbody tr').last().getByText('查看').click();
      await page.locator('pre').last().getByText('"codes": 60').waitFor();
      await page.goto('/console/#/audit');
      await page.locator('#filter-action').selectOption({ label: '验证动态口令' });
      await page.getByRole('button', { name: '查询' }).click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
      await plantRows(all, 55);
      await page.getByRole('link', { name: '清空' }).click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(50);
      await page.getByText('加载更多').click();
      await expect.poll(() => page.locator('tbody tr').count()).toBeGreaterThan(55);
    });
  });

  describe('every page of the console', () => {
    it.each(Object.entries(PAGES))('%s fits its screen and is read by screen readers', async (name, hash) => {
      await openPage(page, `/console/${hash}`);
      await inspectPage(page, `console-${name}`);
    });

    it('has no Chinese left in English, and contrast enough in the dark', async () => {
      await inspectEnglishDark(page, [...Object.entries(PAGES), ['batch', batchHash]], {
        shown: 'h1',
        own: /中文|林运营|双十一活动|活动提前结束/g,
      });
      expect(visitor.complaints).toEqual([]);
    });
  });
}

/** As a merchant on the membership page, who mistypes the code first and tries it again afterwards. */
async function redeem(all: BrowserStage, code: string): Promise<void> {
  const merchant = await all.visitor();
  const { page } = merchant;
  await signInByCalls(all, merchant);
  await page.goto('/app/#/membership');
  const use = async (text: string): Promise<void> => {
    await page.locator('#redeem-code').fill(text);
    await page.getByRole('button', { name: '兑换' }).click();
  };
  await use(code.slice(1));
  await page.locator('#redeem-code-error').getByText('20 位卡密').waitFor();
  await use(`${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`);
  await page.locator('#redeem-code-error').getByText('卡密不正确').waitFor();
  const typed = code.toLowerCase().replaceAll('-', ' ');
  await use(typed);
  await page.getByText('兑换成功，100 额度已到账').waitFor();
  await page.locator('.balance').getByText('100 额度').waitFor();
  for (const again of [typed, code]) {
    await use(again);
    await page.locator('#redeem-code-error').getByText('卡密已被使用').waitFor();
  }
  await inspectPage(page, 'redeem');
  expect(merchant.complaints).toEqual([]);
  await merchant.context.close();
}

async function plantRows({ stage }: BrowserStage, count: number): Promise<void> {
  const row = "('mch_other', 'step-up', '', '', '{}', '', '2026-01-01')";
  await stage.db.write(
    `INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
     VALUES ${Array.from({ length: count }, () => row).join(', ')}`,
  );
}
