import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { garmentPhoto, movingPicture, type PhotoFile, turnedPhoto } from '../../scripts/browser/photos.ts';
import { zipEntries } from '../../scripts/browser/zip-entries.ts';
import {
  type BrowserStage,
  buyPlan,
  HOSTILE_WORD,
  newPhone,
  openForm,
  shoot,
  shownResults,
  shownTask,
  signIn,
  type Visitor,
} from './browser-stage.ts';

const PREVIEW_SIZE =
  '[document.querySelector(".photo img")].map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])[0]';

/** What the browser makes of Ctrl+V. */
const PASTE = `(base64) => {
  const clipboardData = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: 'image/jpeg' }));
  document.querySelector('h1').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
}`;

/** Files and folders of this machine, dragged in from outside by the browser's own hand: a script could make no folder. */
async function drop(page: Page, onto: string, files: string[]): Promise<void> {
  const box = (await page.locator(onto).boundingBox())!;
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const hand = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await hand.send('Input.dispatchDragEvent', { type, ...at, data });
  await hand.detach();
}

/** From the landing page to the pictures, and what happens when they fail. */
export function merchantJourney(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let photo: PhotoFile;
  let firstTask = '';

  beforeAll(async () => {
    all = at();
    photo = await garmentPhoto();
    visitor = await all.visitor();
    page = visitor.page;
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const available = () => page.locator('.balance').innerText();

  async function send(file: PhotoFile): Promise<void> {
    await openForm(page);
    await page.getByTestId('files').setInputFiles([file]);
    await page.locator('.photo img').waitFor();
    await page.locator('.summary button').click();
  }

  describe('a merchant', () => {
    it('comes from the landing page, and is told at each field what is wrong with it', async () => {
      await page.goto('/');
      await page.locator('#feature-cards .card').first().waitFor();
      await page.locator('.hero .button-primary').click();
      await page.waitForURL('**/login/**');
      await page.locator('#send-code').click();
      await page.locator('#phone-error').getByText('11 位').waitFor();
      const phone = newPhone();
      await page.locator('#phone').fill(phone);
      await page.locator('#send-code').click();
      await page.locator('#send-code:disabled').getByText('秒后重发').waitFor();
      const sms = all.stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
      await page.locator('#code').fill(sms?.params[0] === '000000' ? '000001' : '000000');
      await page.locator('[type=submit]').click();
      await page.locator('#consent-error').getByText('用户协议').waitFor();
      await page.locator('#consent').check();
      await page.locator('[type=submit]').click();
      await page.locator('#code-error').getByText('验证码不正确').waitFor();
      await page.locator('#code').fill(sms?.params[0] ?? '');
      await page.locator('[type=submit]').click();
      await page.locator('.tile').first().waitFor();
      await expect.poll(available).toContain('0 额度');
    });

    it('is told of a plan that is another than the page shows, and of what it is now, before anything is ordered', async () => {
      const plan = (fen: number, credits: number, access = 'member') =>
        all.stage.db.write("UPDATE plans SET amount_fen = ?, credits = ?, access = ? WHERE id = 'monthly_99'", [
          ...[fen, credits, access],
        ]);
      await page.goto('/app/#/membership');
      const buy = page.locator('.plan .button-primary');
      await buy.getByText('¥99').waitFor();
      await plan(10_900, 90);
      await buy.click();
      await page.getByText('套餐内容已调整，请确认后再购买：现为 ¥109、90 额度、30 天').waitFor();
      await buy.getByText('¥109').waitFor();
      const ticks = page.locator('.plan .ticks');
      await ticks.getByText('可用于会员功能', { exact: true }).waitFor();
      await plan(10_900, 90, 'basic');
      await buy.click();
      await page.getByText('现为 ¥109、90 额度、30 天，仅可用于基础功能').waitFor();
      await ticks.getByText('仅可用于基础功能').waitFor();
      expect(await page.locator('a.task-row').count()).toBe(0);
      await plan(9900, 100);
      await page.reload();
    });

    it('buys the plan, pays at the cashier, and sees the page change by itself', async () => {
      await buyPlan(all, page);
      await expect.poll(available).toContain('100 额度');
      await page.goto('/app/#/membership');
      await page.locator('.tag-good').getByText('有效').waitFor();
    });

    it('sees the receipt, asks for the invoice of that order, and is told at its field that the tax number is wrong', async () => {
      await page.goto('/app/#/membership');
      await page.locator('a.task-row').first().click();
      const [paid] = await all.stage.db.query<{ id: string; transaction: string }>(
        'SELECT id, transaction_id AS transaction FROM payments ORDER BY id DESC LIMIT 1',
      );
      const lines = page.locator('.order .pairs-list > div');
      await expect
        .poll(() => lines.allInnerTexts())
        .toEqual([
          expect.stringMatching(new RegExp(`^收据号\\s+${paid?.id.replace('pay_', 'R')}$`)),
          expect.stringMatching(/^套餐\s+月度会员$/),
          expect.stringMatching(/^金额\s+¥99$/),
          expect.stringMatching(/微信支付$/),
          expect.stringMatching(/\d\d:\d\d/),
          expect.stringMatching(new RegExp(`\\s${paid?.transaction}$`)),
        ]);
      await page.locator('.invoice summary').click();
      await page.locator('#invoice-title').fill(`晨光服饰${HOSTILE_WORD}`);
      await page.locator('#invoice-taxNumber').fill('91350100M000100Y44');
      await page.locator('#invoice-email').fill('bills@example.com');
      await page.locator('.invoice [type=submit]').click();
      await page.locator('#invoice-taxNumber-error').getByText('校验位').waitFor();
      await page.locator('#invoice-taxNumber').fill('91350100m000100y43');
      await page.locator('.invoice [type=submit]').click();
      await page.locator('.invoice [role=status]').getByText('已提交').waitFor();
      const rows = await all.stage.db.query('SELECT title, tax_number AS taxNumber FROM invoice_requests', []);
      expect(rows).toEqual([{ title: `晨光服饰${HOSTILE_WORD}`, taxNumber: '91350100M000100Y43' }]);
    });

    it('is told before anything is sent which files cannot be used, and sees a turned photo upright', async () => {
      await openForm(page);
      const heic = Buffer.from('\0\0\0\x18ftypheic0000mif1');
      await page
        .getByTestId('files')
        .setInputFiles([
          await turnedPhoto(),
          { name: 'IMG_1.HEIC', mimeType: 'image/heic', buffer: heic },
          { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture at all') },
          { name: 'cut-off.jpg', mimeType: 'image/jpeg', buffer: photo.buffer.subarray(0, 9000) },
        ]);
      await expect.poll(() => page.locator('.photo-bad').count()).toBe(3);
      await expect
        .poll(() => page.locator('.photo-bad').allInnerTexts())
        .toEqual([
          expect.stringContaining('兼容性最佳'),
          expect.stringContaining('不是 JPG'),
          expect.stringContaining('已损坏'),
        ]);
      await page.locator('.photo').first().getByText('200×400').waitFor();
      await expect.poll(() => page.evaluate(PREVIEW_SIZE)).toEqual([160, 320]);
      await expect.poll(() => page.getByTestId('cost').innerText()).toBe('1');
      await expect
        .poll(() => page.locator('.summary .pairs-list').innerText())
        .toMatch(/现有额度\s+100\s+处理后剩余\s+99/);
      expect(await page.getByRole('button', { name: '拍照' }).isVisible()).toBe(false);
    });

    it('drops a folder, pastes a picture, and chooses a folder: hidden files are left where they are', async () => {
      const folder = join(all.stage.folder, 'spring');
      await mkdir(join(folder, 'deeper'), { recursive: true });
      await writeFile(join(folder, 'a.jpg'), photo.buffer);
      await writeFile(join(folder, '.DS_Store'), 'hidden');
      await writeFile(join(folder, 'deeper', 'b.jpg'), photo.buffer);
      const names = async () => (await page.locator('.photo-name').allInnerTexts()).sort();
      await openForm(page);
      await drop(page, '.drop', [folder]);
      await expect.poll(names).toEqual(['a.jpg', 'b.jpg']);
      await page.evaluate(`(${PASTE})('${photo.buffer.toString('base64')}')`);
      await expect.poll(names).toEqual(['a.jpg', 'b.jpg', 'pasted.jpg']);
      await page.getByText('全部移除').click();
      await page.locator('.photo').first().waitFor({ state: 'detached' });
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: '选择文件夹' }).click(),
      ]);
      await chooser.setFiles(folder);
      await expect.poll(names).toEqual(['a.jpg', 'b.jpg']);
      await expect.poll(() => page.locator('.photo img').count()).toBe(2);
    });

    it('uploads, watches, compares with the slider by mouse and by keys, and looks at each result', async () => {
      await send(photo);
      firstTask = await shownResults(page);
      const slider = page.locator('.task-compare input');
      await slider.focus();
      for (let press = 0; press < 5; press++) await slider.press('ArrowRight');
      await expect.poll(() => page.locator('.task-compare').getAttribute('style')).toContain('55%');
      const box = (await slider.boundingBox())!;
      await page.mouse.click(box.x + box.width * 0.25, box.y + box.height / 2);
      await expect.poll(async () => Number(await slider.inputValue())).toBeLessThan(32);
      await page.locator('.result-picture').first().click();
      const lightbox = page.locator('.lightbox');
      await lightbox.press('ArrowRight');
      await lightbox.getByText('2 / 3').waitFor();
      await lightbox.press('Escape');
      await lightbox.waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate('document.activeElement.className')).toContain('result-picture');
    });

    it('downloads one result, and all as a ZIP that holds what the page showed', async () => {
      await page.goto(`/app/${firstTask}`);
      const [one] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('.result .icon-button').first().click(),
      ]);
      expect(one.suggestedFilename()).toBe('cutout.png');
      const [whole] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('.section-head .button-primary').click(),
      ]);
      const entries = zipEntries(await readFile(await whole.path()));
      expect(entries.map(({ name }) => name.split('/').at(-1)).sort()).toEqual([
        'cutout.png',
        'enhanced.jpg',
        'white.jpg',
      ]);
      expect(new Set(entries.map(({ name }) => name.split('/')[0])).size).toBe(1);
      const white = entries.find(({ name }) => name.endsWith('white.jpg'));
      expect(await sharp(white?.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 800, height: 800 });
    });

    it('draws a box around the garment and has it cut out again, as a task of its own', async () => {
      await page.goto(`/app/${firstTask}`);
      await page.locator('.redo summary').click();
      await page.locator('.marks-editor').scrollIntoViewIfNeeded();
      const drag = async (from: number, to: number): Promise<void> => {
        const { x, y, width, height } = (await page.locator('.marks-editor svg').boundingBox())!;
        await page.mouse.move(x + width * from, y + height * from);
        await page.mouse.down();
        await page.mouse.move(x + width * to, y + height * to, { steps: 4 });
        await page.mouse.up();
      };
      await drag(0.5, 0.51);
      await expect.poll(() => page.locator('.redo .button-primary').isDisabled()).toBe(true);
      await drag(0.05, 0.95);
      await page.locator('.redo').getByRole('radio', { name: '保留' }).check();
      await drag(0.48, 0.55);
      await shoot(page, 'task-redo');
      await page.locator('.redo .button-primary').click();
      const redone = await shownResults(page, firstTask);
      const forms = await all.stage.db.query<{ form: string }>('SELECT form_json AS form FROM tasks WHERE id = ?', [
        redone.split('/').at(-1) ?? '',
      ]);
      expect(forms[0]?.form).toMatch(/box (4\d|5\d),(4\d|5\d),9[45]\d,9[45]\d;keep 40 /);
    });

    it('sees why a photo failed, that the credit came back, and its two lines of the ledger', async () => {
      await send(await movingPicture());
      await shownTask(page, firstTask);
      await page.locator('.ending').getByText('不支持动图').waitFor();
      await page.locator('.ending-refund').getByText('1 额度已返还').waitFor();
      await expect.poll(() => page.locator('.ending tbody tr').count()).toBe(2);
      await expect.poll(() => page.locator('.ending tbody').innerText()).toMatch(/返还[\s\S]*\+1[\s\S]*扣除[\s\S]*-1/);
      await expect.poll(available).toContain('98 额度');
      await page.goto('/app/#/credits');
      await expect
        .poll(() => page.locator('.ledger tbody tr td:nth-child(4)').allInnerTexts())
        .toEqual(['98', '97', '98', '99', '100']);
      const [csv] = await Promise.all([page.waitForEvent('download'), page.getByText('导出 CSV').click()]);
      const text = await readFile(await csv.path(), 'utf8');
      expect(text.trimEnd().split('\r\n')).toHaveLength(6);
      expect(text).toMatch(/^\uFEFF编号 entry,时间 time/);
      expect(text).toMatch(/,退回 refund,1,98,/);
      expect(await all.stage.audit()).toEqual([]);
    });

    it('was never sent anywhere else, and no page complained', async () => {
      const own = [all.stage.cloud.apiUrl, all.stage.cloud.cos.url].map((url) => new URL(url).host);
      expect([...visitor.hosts].filter((host) => !own.includes(host))).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });

    it('signs out, and finds the door closed', async () => {
      await page.goto('/app/#/account');
      await page.locator('.sign-out').click();
      await page.waitForURL('**/login/**');
      await page.goto('/app/#/credits');
      await page.waitForURL('**/login/**');
      await signIn(all, page);
    });
  });
}
