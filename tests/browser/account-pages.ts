import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overflowPixels } from '../../scripts/browser/inspect-page.ts';
import { garmentPhoto } from '../../scripts/browser/photos.ts';
import {
  type BrowserStage,
  buyPlan,
  expectInert,
  fillInLogin,
  HOSTILE_WORD,
  inspectAsItStands,
  inspectPage,
  newPhone,
  signIn,
  signInByCalls,
  type Visitor,
} from './browser-stage.ts';

const MINUTE_MS = 60_000;
const KEY_NAME = `店铺${HOSTILE_WORD}`;

/** Devices that are signed in, and the end of an account. Moves the clock. */
export function accountPages(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let other: Visitor;
  let phone: string;

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    other = await all.visitor({
      ...{ hasTouch: true, isMobile: true },
      userAgent: 'Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0 <img src=x>',
    });
    phone = await signIn(all, visitor.page);
    await buyPlan(all, visitor.page, '支付宝');
    all.stage.cloud.clock.shift(MINUTE_MS + 1000);
    await signInByCalls(all, other, phone);
    await other.page.goto('/app/');
  }, 120_000);
  afterAll(async () => {
    await visitor?.context.close();
    await other?.context.close();
  });

  describe('the account', () => {
    it('was paid for through Alipay: the receipt says so, and the credits are there', async () => {
      const { page } = visitor;
      await page.goto('/app/#/membership');
      await page.locator('a.task-row').first().click();
      await page.locator('.order').getByText('支付宝').first().waitFor();
      await expect.poll(() => page.locator('.balance').innerText()).toContain('100 额度');
      const paid = await all.stage.db.query(
        `SELECT p.channel, p.disposition FROM payments p JOIN merchants m ON m.id = p.merchant_id WHERE m.phone = ?`,
        [phone],
      );
      expect(paid).toEqual([{ channel: 'alipay', disposition: 'granted' }]);
    });

    it('takes a photo with the camera of a phone, and a finger gets the button for it', async () => {
      const { page } = other;
      await page.goto('/app/#/create/basic_clean');
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: '拍照' }).tap(),
      ]);
      expect(await chooser.element().getAttribute('capture')).toBe('environment');
      await chooser.setFiles([await garmentPhoto('camera.jpg')]);
      await page.locator('.photo img').waitFor();
      await page.locator('.photo-name').getByText('camera.jpg', { exact: true }).waitFor();
    });

    it('has a key for programs, shown once and dead when it is revoked, and a webhook that is told of a test', async () => {
      const { page } = visitor;
      await page.goto('/app/#/account');
      await page.getByRole('link', { name: 'API 密钥与 Webhook' }).click();
      await page.getByLabel('名称').fill(KEY_NAME);
      await page.getByLabel('允许的 IP').fill('203.0.113.999');
      await page.getByRole('button', { name: '创建密钥' }).click();
      await page.getByText('须为 IP 地址或网段').waitFor();
      await page.getByLabel('允许的 IP').fill('');
      await page.getByRole('button', { name: '创建密钥' }).click();
      const key = await page.locator('.secret-once').innerText();
      expect(key).toMatch(/^yk_[\w-]{43}$/);
      const call = async (): Promise<number> =>
        (await fetch(`${all.stage.cloud.apiUrl}/v1/query-quota`, { headers: { authorization: `Bearer ${key}` } }))
          .status;
      expect(await call()).toBe(200);
      await page.reload();
      await page.locator('.api-keys .session-name').getByText(KEY_NAME).waitFor();
      await expectInert(page);
      expect(await page.locator('main').innerText()).not.toContain(key);
      await page.getByRole('button', { name: `吊销 ${KEY_NAME}` }).click();
      await page.getByText('还没有密钥').waitFor();
      expect(await call()).toBe(401);

      await page.getByLabel('接收地址').fill('https://hooks.example.invalid/yiying');
      await page.getByRole('button', { name: '添加 Webhook' }).click();
      const secret = page.locator('form .secret-once');
      expect(await secret.innerText()).toMatch(/^whsec_/);
      await page.getByRole('button', { name: /^发送测试事件到/ }).click();
      // The name has no address, by its own registry.
      await page.locator('.deliveries li').waitFor();
      await all.stage.cloud.timers.fireNow('deliver-webhooks');
      await page.locator('.deliveries li', { hasText: 'resolve_failed' }).waitFor();
      await page.getByRole('button', { name: /^重新发送/ }).click();
      // Begun anew, as if it had never been tried.
      await page.locator('.deliveries li', { hasText: '第 0 次' }).waitFor();
      await page.getByRole('button', { name: /^更换 .* 的密钥$/ }).click();
      const next = await page.locator('.webhooks .secret-once').innerText();
      expect(next).toMatch(/^whsec_/);
      expect(next).not.toBe(await secret.innerText());
      await page.getByText('同时用新旧两个密钥签名').waitFor();
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 860 });
        await expect.poll(() => overflowPixels(page)).toBeLessThanOrEqual(0);
      }
      await page.reload();
      await page.getByRole('button', { name: /^查看 .* 的新密钥$/ }).click();
      expect(await page.locator('.webhooks .secret-once').innerText()).toBe(next);
      await page.getByRole('button', { name: /^立即停用/ }).click();
      await page.getByRole('button', { name: /^更换 .* 的密钥$/ }).waitFor();
      await page.getByRole('button', { name: /^移除/ }).click();
      await page.getByText('还没有 Webhook').waitFor();
    });

    it('has a link by which others come, who are counted, and is paid out what they earned', async () => {
      const { page } = visitor;
      await page.goto('/app/#/account');
      await page.getByRole('link', { name: '查看我的邀请链接' }).click();
      const link = await page.getByLabel('我的邀请链接').inputValue();
      const guest = await all.visitor();
      await guest.page.goto(link);
      await fillInLogin(all, guest.page, newPhone());
      await guest.page.waitForURL('**/app/**');
      await guest.context.close();
      const own = 'SELECT id FROM merchants WHERE phone = ?';
      await all.stage.db.write(`UPDATE referral_accounts SET balance_fen = 12345 WHERE merchant_id = (${own})`, [
        phone,
      ]);
      await all.stage.db.write(
        `INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at)
         SELECT id, 'release', 'fen', 12345, CONCAT('test:', id), UTC_TIMESTAMP(3) FROM merchants WHERE phone = ?`,
        [phone],
      );
      await page.reload();
      await page.locator('.pairs-list').getByText('¥123.45').waitFor();
      await expect.poll(() => page.locator('.pairs-list dd').first().innerText()).toBe('1');
      await page.getByLabel('提现金额').fill('99.99');
      await page.getByLabel('收款人姓名').fill('王小明');
      await page.getByLabel('收款账号').fill('138');
      await page.getByRole('button', { name: '申请提现' }).click();
      await page.locator('#withdrawal-account-error').waitFor();
      await page.getByLabel('收款账号').fill('13800001234');
      await page.getByRole('button', { name: '申请提现' }).click();
      await page.locator('#withdrawal-amount-error').getByText('每次至少提现 100 元').waitFor();
      await inspectPage(page, 'referral-withdrawal');
      await page.getByLabel('提现金额').fill('100');
      await page.getByRole('button', { name: '申请提现' }).click();
      await page.locator('.withdrawals li', { hasText: '王* 138****1234' }).getByText('待审核').waitFor();
      await page.locator('.pairs-list').getByText('¥23.45').waitFor();
    });

    it('lists where one is signed in, and ends what one does not know', async () => {
      const { page } = visitor;
      await page.goto('/app/#/account');
      await expect
        .poll(() => page.locator('.sessions li').allInnerTexts())
        .toEqual([expect.stringContaining('微信 WeChat · Android'), expect.stringContaining('本机')]);
      await page.getByRole('button', { name: /^退出 微信/ }).click();
      await expect.poll(() => page.locator('.sessions li').count()).toBe(1);
      // What it held dies with its access token; the page asks for another when it is opened again.
      await other.page.reload();
      await other.page.waitForURL('**/login/**');
    });

    it('is deleted in two steps, and says before what is lost and what is kept', async () => {
      const { page } = visitor;
      await page.goto('/app/#/account');
      await page.getByRole('button', { name: '注销账号并删除数据' }).click();
      await page.getByText('剩余的 100 额度').waitFor();
      await page.getByText('至少三年').waitFor();
      await inspectAsItStands(page, 'account-delete');
      await expect.poll(() => page.getByRole('button', { name: '确认注销' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: '获取验证码' }).click();
      await page.locator('#erase-phone-error').getByText('11 位').waitFor();
      await page.locator('#erase-phone').fill('13712345678');
      await page.locator('#erase-code').fill('123456');
      await page.getByLabel('我已了解以上后果').check();
      await page.getByRole('button', { name: '确认注销' }).click();
      await page.locator('#erase-phone-error').getByText('与本账号的手机号不一致').waitFor();

      all.stage.cloud.clock.shift(MINUTE_MS + 1000);
      await page.locator('#erase-phone').fill(phone);
      await page.getByRole('button', { name: '获取验证码' }).click();
      await page.getByText('秒后重发').waitFor();
      const sms = all.stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
      await page.locator('#erase-code').fill(sms?.params[0] === '000000' ? '000001' : '000000');
      await page.getByRole('button', { name: '确认注销' }).click();
      await page.locator('#erase-code-error').getByText('验证码不正确').waitFor();
      await page.locator('#erase-code').fill(sms?.params[0] ?? '');
      // The account is gone also where the browser cannot forget its photos.
      await page.evaluate('IDBObjectStore.prototype.clear = () => { throw new DOMException("broken"); }');
      await page.getByRole('button', { name: '确认注销' }).click();
      await page.waitForURL('**/login/**');
      const [row] = await all.stage.db.query<{ phones: number }>(
        'SELECT COUNT(*) AS phones FROM merchants WHERE phone = ?',
        [phone],
      );
      expect(Number(row?.phones)).toBe(0);
      await page.goto('/app/#/');
      await page.waitForURL('**/login/**');
      expect(await all.stage.audit()).toEqual([]);
    });

    it('begins anew with the same phone: no credits, no tasks, and nothing of the old one', async () => {
      const { page } = visitor;
      all.stage.cloud.clock.shift(MINUTE_MS + 1000);
      await page.goto('/login/');
      await fillInLogin(all, page, phone);
      await page.waitForURL('**/app/**');
      await expect.poll(() => page.locator('.balance').innerText()).toContain('0 额度');
      await page.getByText('还没有任务').waitFor();
      expect(visitor.complaints).toEqual([]);
    });
  });
}
