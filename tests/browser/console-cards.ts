import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserStage, inspectPage, shoot, type Visitor } from './browser-stage.ts';
import { consoleContent } from './console-content.ts';
import { comeAs, inspectEnglishDark } from './console-stage.ts';

const CARD = 'basic_clean';

/** Feature cards: edited with what merchants will see beside it, refused where they could not run, compared, copied, closed. */
export function consoleCards(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
    await comeAs(all, visitor, 'operator');
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const dialog = () => page.locator('.dialog');
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
  const offered = async (): Promise<{ featureId: string; nameZh: string; credits: number; closed?: object }[]> => {
    const answer = await fetch(`${all.stage.cloud.apiUrl}/v1/list-features`);
    return ((await answer.json()) as { data: { features: never[] } }).data.features;
  };
  const card = async (featureId: string) => (await offered()).find((one) => one.featureId === featureId);
  const parts = () => page.locator('#card-parts');

  describe('an operator and the cards', () => {
    it('sees the form as merchants do while it is edited, and what is wrong with it at once', async () => {
      await page.goto('/console/#/cards');
      await page.locator(`a[href="#/cards/${CARD}"]`).click();
      await page.locator('.card-preview').waitFor();
      await page.locator('#card-nameZh').fill('一键修图');
      await page.locator('.card-preview h3').getByText('一键修图').waitFor();
      const whole = JSON.parse(await parts().inputValue()) as { form: object[] };
      const note = { type: 'text', name: 'note', labelZh: '吊牌备注', labelEn: 'Note', maxLength: 20 };
      const edited = (form: object[]) => JSON.stringify({ ...whole, form }, null, 2);
      await parts().fill(edited([...whole.form, note]));
      await page.locator('.card-preview').getByLabel('吊牌备注').fill('可以试填');
      await parts().fill(edited([...whole.form, { ...note, maxLength: -1 }]));
      await page.locator('#card-parts-error').getByText(`form.${whole.form.length}.maxLength`).waitFor();
      await parts().fill('{');
      await page.locator('#card-parts-error').getByText('不是合法的 JSON').waitFor();
      await expect.poll(() => page.getByRole('button', { name: '保存为' }).isDisabled()).toBe(true);
      await inspectPage(page, 'console-card-broken');
      await parts().fill(edited([...whole.form, note]));
      await page.locator('#card-credits').fill('0');
      await page.locator('#card-credits-error').waitFor();
      await page.locator('#card-credits').fill('2');
    });

    it('is refused a pipeline that could not run, by place and reason; the next version is in use at once', async () => {
      const good = await parts().inputValue();
      await parts().fill(good.replace(/"processor": "[^"]+"/, '"processor": "no-such-processor"'));
      await press(/^保存为 v\d+$/);
      await dialog().locator('#reason').fill('双十一改名');
      await press('确认保存');
      await dialog().locator('.problems').getByText('processor').first().waitFor();
      await shoot(page, 'console-card-refused');
      await press('取消');
      await parts().fill(good);
      await press(/^保存为 v\d+$/);
      await dialog().locator('#reason').fill('双十一改名');
      await press('确认保存');
      await page.getByText('功能已保存').waitFor();
      expect(await card(CARD)).toMatchObject({ nameZh: '一键修图', credits: 2 });
    });

    it('compares versions value by value', async () => {
      await page.getByRole('button', { name: '与当前版本对比' }).first().click();
      const changes = page.locator('.part tbody');
      await changes.getByText('nameZh').waitFor();
      await expect.poll(() => changes.innerText()).toMatch(/credits[\s\S]*1[\s\S]*2/);
      await inspectPage(page, 'console-card');
    });

    it('copies it to a new card for the whitelist alone, which merchants are not offered', async () => {
      await press('复制为新功能');
      await page.locator('#card-id').fill('clean_trial');
      await page.locator('#card-access').selectOption('whitelist');
      await press('创建功能');
      await dialog().locator('#reason').fill('先给内测商户');
      await press('确认保存');
      await page.waitForURL('**/console/#/cards/clean_trial');
      expect(await card('clean_trial')).toBeUndefined();
      await page.goto('/console/#/cards');
      const row = page.locator('tbody tr').filter({ hasText: 'clean_trial' });
      await row.getByText('仅白名单').waitFor();
      await inspectPage(page, 'console-cards');
    });

    it('puts a merchant on its whitelist, opens it to members, and takes it back', async () => {
      const [found] = await all.stage.db.query<{ id: string }>(
        "SELECT id FROM merchants WHERE state = 'active' ORDER BY id DESC LIMIT 1",
      );
      await page.goto('/console/#/cards/clean_trial');
      const part = page.locator('#card-rollout');
      await part.getByText('当前：仅白名单').waitFor();
      await press('加入白名单');
      await dialog().locator('#listed-merchant').fill('mch_1');
      await dialog().locator('#reason').fill('内测商户');
      await dialog().getByRole('button', { name: '加入白名单' }).click();
      await dialog().locator('#listed-merchant-error').waitFor();
      await dialog()
        .locator('#listed-merchant')
        .fill(found?.id ?? '');
      await dialog().getByRole('button', { name: '加入白名单' }).click();
      await part.locator('tbody tr').waitFor();
      await part.getByText('白名单共 1 个商户').waitFor();
      await inspectPage(page, 'console-card-rollout');
      await press('开放给会员');
      await dialog().locator('#reason').fill('内测结束，全量开放');
      await dialog().getByRole('button', { name: '开放给会员' }).click();
      await part.getByText('当前：仅会员').waitFor();
      expect(await card('clean_trial')).toBeDefined();
      await press('收回到白名单');
      await dialog().locator('#reason').fill('先收回');
      await dialog().getByRole('button', { name: '收回到白名单' }).click();
      await part.getByText('当前：仅白名单').waitFor();
      expect(await card('clean_trial')).toBeUndefined();
      await part.locator('tbody').getByRole('button', { name: '移除' }).click();
      await dialog().locator('#reason').fill('内测结束');
      await dialog().getByRole('button', { name: '移除' }).click();
      await part.getByText('白名单里还没有商户').waitFor();
      await page.goto('/console/#/cards');
    });

    it('closes a card, which merchants read why, and opens it again', async () => {
      const row = page.locator('tbody tr').filter({ hasText: `${CARD} ·` });
      await row.getByRole('button', { name: '关闭' }).click();
      await dialog().locator('#closed-zh').fill('');
      await dialog().locator('#reason').fill('引擎维护');
      await dialog().getByRole('button', { name: '关闭', exact: true }).last().click();
      await dialog().locator('#closed-zh-error').waitFor();
      await dialog().locator('#closed-zh').fill('今晚维护');
      await dialog().getByRole('button', { name: '关闭', exact: true }).last().click();
      await row.getByText('今晚维护').waitFor();
      expect(JSON.stringify((await card(CARD))?.closed)).toContain('今晚维护');
      await row.getByRole('button', { name: '开放' }).click();
      await dialog().locator('#reason').fill('维护完成');
      await dialog().getByRole('button', { name: '开放' }).click();
      await row.getByText('开放中').waitFor();
      expect((await card(CARD))?.closed).toBeUndefined();
    });

    describe('what merchants are told, and the models', () => consoleContent(() => ({ all, page })));

    it('in English and in the dark, too', async () => {
      const pages = ['cards', 'models', 'announcements', 'settings', 'presets', 'plans'].map(
        (one) => [one, `#/${one}`] as const,
      );
      await inspectEnglishDark(page, pages, { shown: 'tbody tr, .model, .facts', own: /林运营|微信 yiying-help/g });
      // A card's form holds its texts in both languages.
      await inspectEnglishDark(page, [['card', `#/cards/${CARD}`]], { shown: 'tbody tr', own: /\p{Script=Han}+/gu });
      expect(visitor.complaints).toEqual([]);
    });
  });
}
