import { expect, it } from 'vitest';
import { type BrowserStage, inspectPage, openPage, setFaults, type Visitor } from './browser-stage.ts';
import type { Desk } from './console-desk.ts';
import { SECOND_TITLE, TITLE } from './console-money.ts';
import { comeAs, inspectEnglishDark } from './console-stage.ts';

const PAGES = ['merchants', 'tasks', 'orders', 'invoices', 'growth', 'cases'] as const;
const OWN = [
  ...['林运营', '周客服', '吴客服', TITLE, SECOND_TITLE, '晨光服饰', '王*', '亚麻衬衫', '引擎故障补偿'],
  '客户要求再做一次',
];

/** Whose buttons are an operator's alone. */
const WORK = ['tasks', 'orders', 'growth', 'cases', 'cards', 'models', 'presets', 'announcements', 'settings'];
const WRITES =
  /退款|导出|发放|收回|停用|新建|作废|关闭|开放|白名单|终止|重跑|冻结|保存|发布|提前结束|编辑|上传|修改|处理|添加|复制/;

/** The pages of that work as everybody meets them. */
export function consolePages(at: () => Desk): void {
  // The others were looked at with more in them, above.
  it.each(['invoices', 'growth'])('%s fits its screen and is read by screen readers', async (name) => {
    const { page } = at();
    await openPage(page, `/console/#/${name}`);
    await page.locator('tbody tr, .empty').first().waitFor();
    await inspectPage(page, `console-${name}`);
  });

  it('have no Chinese left in English, and contrast enough in the dark', async () => {
    const { page, visitor, merchantId, aTask } = at();
    const pages = PAGES.map((one) => [one, `#/${one}`] as const);
    const details = [
      ['merchant', `#/merchants/${merchantId}`],
      ['task', `#/tasks/${await aTask()}`],
    ] as const;
    await inspectEnglishDark(page, [['overview', '#/'], ...pages, ...details], {
      shown: 'tbody tr, .empty, .chart',
      own: new RegExp(OWN.map((words) => words.replace(/[*()]/g, '\\$&')).join('|'), 'g'),
    });
    expect(visitor.complaints).toEqual([]);
  });
}

/** Whose role is to look. */
export function consoleReaders(at: () => Desk): void {
  it('looks and is offered nothing that changes anything, and is let out when the role ends', async () => {
    const { all, merchantId, aTask } = at();
    const support = await all.visitor();
    const { page } = support;
    await comeAs(all, support, 'support');
    await openPage(page, '/console/#/redeem');
    await page.locator('.data-table, .empty').first().waitFor();
    await page.getByText('只能查看').waitFor();
    const [batch] = await all.stage.db.query<{ id: string }>('SELECT id FROM redeem_batches LIMIT 1');
    const details = [`merchants/${merchantId}`, `tasks/${await aTask()}`, 'cards/basic_clean', `redeem/${batch?.id}`];
    for (const hash of ['redeem', '', ...WORK, ...details]) {
      await openPage(page, `/console/#/${hash}`);
      await page.locator('main').locator('tbody tr, .empty, .chart, .facts, .model, form').first().waitFor();
      const offered = await page.locator('main').getByRole('button').allInnerTexts();
      expect(
        offered.filter((text) => WRITES.test(text)),
        hash,
      ).toEqual([]);
    }
    await page.goto('/console/#/account');
    await page.getByRole('button', { name: '立即绑定' }).waitFor();
    expect(await page.getByRole('button', { name: '添加人员' }).count()).toBe(0);
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.locator('#phone').waitFor();
    await page.reload();
    await page.locator('#phone').waitFor();
    expect(support.complaints).toEqual([]);
    await support.context.close();
  });

  it('waits for a network that is gone; of a request that failed it says the number, and goes on once it can', async () => {
    const { all } = at();
    const support = await all.visitor();
    await comeAs(all, support, 'support');
    try {
      await waitsOut(all, support);
    } finally {
      await setFaults(all);
    }
    expect(support.complaints).toEqual([]);
    await support.context.close();
  });
}

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
  await setFaults(all, { databaseStopped: true });
  await page.getByRole('link', { name: '审计日志' }).click();
  await page.locator('.request-id').first().waitFor();
  await setFaults(all);
  await page.getByRole('button', { name: '重试' }).first().click();
  await rows.waitFor();
}
