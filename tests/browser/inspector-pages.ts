import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { INSPECTOR_AREAS } from '../../scripts/browser/page-addresses.ts';
import {
  type BrowserStage,
  inspectAsItStands,
  newPhone,
  orderByCalls,
  setFaults,
  type Visitor,
} from './browser-stage.ts';

interface Summary {
  readonly number: number;
  readonly functionName: string;
}

/** Counts the runs of a function from now on. What came before is forgotten after five hundred, and cannot be counted. */
async function runsOf({ stage }: BrowserStage, name: string): Promise<() => Promise<number>> {
  const history = async () => (await (await fetch(`${stage.cloud.localUrl}/history`)).json()) as Summary[];
  const last = (await history())[0]?.number ?? 0;
  return async () =>
    (await history()).filter(({ number, functionName }) => number > last && functionName === name).length;
}

/** What the inspector shows, and what is done there at a press. */
export function inspectorAreas(at: () => BrowserStage, who: () => Visitor): void {
  describe('the inspector', () => {
    const press = (name: string) => who().page.getByRole('button', { name, exact: true }).click();
    const open = async (area: string): Promise<void> => {
      await who().page.goto(`/local/#${area}`);
      await who()
        .page.locator(INSPECTOR_AREAS[area] ?? '')
        .first()
        .waitFor();
    };

    it('shows an invocation as it happens: its time and memory, cold or warm, what it got, gave and wrote; and runs it again, edited', async () => {
      const { cloud } = at().stage;
      const { page } = who();
      await open('invocations');
      const rows = page.locator('tr[data-name=health-live]');
      const before = await rows.count();
      await cloud.scf.reload('health-live');
      for (const [n, start] of [/^冷 cold \+\d+$/, /^热 warm$/].entries()) {
        await fetch(`${cloud.apiUrl}/v1/health-live`);
        await expect.poll(() => rows.count()).toBe(before + n + 1);
        await expect
          .poll(() => rows.first().locator('td').allInnerTexts())
          .toEqual([
            expect.stringMatching(/^\d\d:\d\d:\d\d$/),
            expect.anything(),
            expect.stringMatching(/^\d+$/),
            expect.stringMatching(start),
            expect.stringMatching(/^[1-9]\d*$/),
          ]);
      }
      await rows.first().locator('button').click();
      await page.locator('h3', { hasText: '日志' }).waitFor();
      await expect
        .poll(() => page.locator('.padded pre').last().innerText())
        .toMatch(/"log":"request_done","function":"health-live"/);
      await press('重放 Replay');
      const outcome = page.locator('.buttons + pre');
      await outcome.getByText('"statusCode": 200').waitFor();
      const event = page.locator('textarea');
      await event.fill((await event.inputValue()).replace('"GET"', '"DELETE"'));
      await press('改后重放 Replay as edited');
      await outcome.getByText('"statusCode": 405').waitFor();
      await inspectAsItStands(page, 'inspector');
      await page.getByLabel('按函数名筛选').fill('no such function');
      await expect.poll(() => page.locator('tbody tr:visible').count()).toBe(0);
    });

    it('has the codes that were sent, and shows pictures of the bucket', async () => {
      const { page } = who();
      await open('sms');
      await page
        .locator('.code')
        .getByText(/^\d{6}$/)
        .first()
        .waitFor();
      await inspectAsItStands(page, 'inspector-sms');
      await open('objects');
      // Of one task: pictures of hundreds would take their time.
      const [made] = await at().stage.db.query<{ id: string }>(
        "SELECT task_id AS id FROM task_outputs WHERE object_key LIKE 'outputs/tsk_%.jpg' LIMIT 1",
      );
      await page.getByLabel('前缀').fill(`outputs/${made?.id}/`);
      await page.getByLabel('前缀').press('Enter');
      await page.locator('.objects img').first().waitFor();
      await expect.poll(() => page.locator(`.objects a:not([href*="/outputs/${made?.id}/"])`).count()).toBe(0);
      const shown =
        '(async (image) => { await image.decode(); return image.naturalWidth; })(document.querySelector(".objects img"))';
      await expect.poll(() => page.evaluate(shown).catch(() => 0)).toBeGreaterThan(100);
      await inspectAsItStands(page, 'inspector-objects');
    });

    it('fires a timer, which runs its function at once and says how it went', async () => {
      const { page } = who();
      const runs = await runsOf(at(), 'expire-credits');
      await open('timers');
      await inspectAsItStands(page, 'inspector-timers');
      await page.locator('.box').filter({ hasText: 'expire-credits' }).getByRole('button').click();
      await page.getByRole('status').getByText('"ok": true').waitFor();
      await expect.poll(() => page.getByRole('status').innerText()).toMatch(/^expire-credits/);
      await expect.poll(runs).toBe(1);
    });

    it('pays an order with a notice that comes twice, and it is paid once', async () => {
      const { db } = at().stage;
      const { page } = who();
      const buyer = await at().visitor();
      const { orderId } = await orderByCalls(at(), buyer);
      await buyer.context.close();
      const runs = await runsOf(at(), 'pay-callback-wechat');
      await open('cashier');
      await inspectAsItStands(page, 'inspector-cashier');
      const box = page.locator('.box').filter({ hasText: orderId });
      await box.getByRole('combobox').selectOption('twice');
      await box.getByRole('button').click();
      await box.getByText('SUCCESS').waitFor();
      await expect.poll(runs).toBe(2);
      const paid = await db.query<{ state: string; n: string }>(
        'SELECT o.state, COUNT(p.order_id) AS n FROM orders o JOIN payments p ON p.order_id = o.id WHERE o.id = ? GROUP BY o.state',
        [orderId],
      );
      expect(paid.map(({ state, n }) => [state, Number(n)])).toEqual([['paid', 1]]);
    });
  });
}

interface Watchers {
  readonly inspector: Visitor;
  /** A page of somebody who has signed in. */
  readonly merchant: Page;
}

/** The switches, and what merchants see of what they break. */
export function inspectorFaults(at: () => BrowserStage, who: () => Watchers): void {
  describe('a switch of the inspector', () => {
    // Whatever a test has left broken would break all that come after it.
    afterEach(() => setFaults(at()));

    it('breaks on purpose what it names, and nothing when it is switched back', async () => {
      const { apiUrl, objects, localUrl } = at().stage.cloud;
      const { inspector, merchant: page } = who();
      await inspector.page.goto('/local/#faults');
      await inspectAsItStands(inspector.page, 'inspector-faults');
      const statusOf = async (name: string, body?: object): Promise<number> => {
        const sent = body && {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        };
        return (await fetch(`${apiUrl}/v1/${name}`, sent)).status;
      };
      const settings = async () => (await fetch(`${localUrl}/faults`)).json() as Promise<Record<string, unknown>>;
      // Opened before: afterwards nobody would be let in.
      await page.goto('/app/#/');
      await page.locator('.tile').first().waitFor();
      const database = inspector.page.getByLabel('数据库停止');
      await database.check();
      await expect.poll(() => statusOf('list-plans')).toBe(503);
      // What a merchant sees of it: why, the number that support asks for, and the way on.
      await page.goto('/app/#/batches/bat_00000000000000000000000000');
      const notice = page.locator('.notice-bad');
      await notice.getByText(/服务暂时不可用|service is unavailable/).waitFor();
      await notice.getByText(/(请求编号|Request) \S{8}/).waitFor();
      await database.uncheck();
      await expect.poll(() => statusOf('list-plans')).toBe(200);
      await notice.locator('> .button').click();
      await expect.poll(() => notice.innerText()).not.toMatch(/服务暂时不可用|service is unavailable/);
      const sms = inspector.page.getByLabel('短信服务拒绝发送');
      await sms.check();
      await expect.poll(settings).toMatchObject({ smsRefused: true });
      expect(await statusOf('send-code', { phone: newPhone() })).toBeGreaterThanOrEqual(500);
      await sms.uncheck();
      await expect.poll(settings).toMatchObject({ smsRefused: false });
      expect(await statusOf('send-code', { phone: newPhone() })).toBe(200);
      // An event of COS: lost, then twice.
      const runs = await runsOf(at(), 'start-task');
      const row = inspector.page.locator('.switches', { hasText: 'start-task' });
      await row.getByLabel('丢失').check();
      await expect.poll(settings).toMatchObject({ lost: ['start-task'] });
      await objects.put('inputs/tsk_00000000000000000000000000/0', Buffer.from('lost'), 'image/jpeg');
      await row.getByLabel('丢失').uncheck();
      await row.getByLabel('重复').check();
      await expect.poll(settings).toMatchObject({ lost: [], doubled: ['start-task'] });
      await objects.put('inputs/tsk_00000000000000000000000000/1', Buffer.from('twice'), 'image/jpeg');
      await expect.poll(runs).toBe(2);
      await row.getByLabel('重复').uncheck();
      await expect.poll(settings).toMatchObject({ doubled: [], engines: 'ok', databaseStopped: false });
      expect(inspector.complaints).toEqual([]);
    });

    // The last of them: after a step back timers wait until the time that they were set for comes again.
    it('of the clock moves the whole cloud, and puts it back', async () => {
      const { clock } = at().stage.cloud;
      const { page } = who().inspector;
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const before = clock.offsetMs();
      await page.goto('/local/#clock');
      await page.getByRole('timer').waitFor();
      await inspectAsItStands(page, 'inspector-clock');
      await press('+1 分钟 minute');
      await expect.poll(clock.offsetMs).toBe(before + 60_000);
      await page.getByText(`偏移 Offset: ${Math.round(clock.offsetMs() / 60_000)} 分钟`).waitFor();
      await press('回到现在 Back to now');
      await expect.poll(clock.offsetMs).toBe(0);
    });

    it('is there for nobody who comes by another name or from another page', async () => {
      const { localUrl } = at().stage.cloud;
      const asked = (headers: Record<string, string>) =>
        fetch(`${localUrl}/sms`, { headers }).then(({ status }) => status);
      expect(await asked({})).toBe(200);
      expect(await asked({ Origin: 'https://example.com' })).toBe(403);
    });
  });
}
