import { afterAll, beforeAll, it } from 'vitest';
import { drawSample, sampleGarments } from '../../scripts/garments/draw-garment.ts';
import {
  type BrowserStage,
  browserStage,
  buyPlan,
  overflowPixels,
  seriousFindings,
  shoot,
  signIn,
} from './browser-stage.ts';

let s: BrowserStage;
beforeAll(async () => {
  s = await browserStage();
}, 120000);
afterAll(() => s?.close());
it('shots', async () => {
  const { page, complaints } = await s.visitor();
  const widths = [1280, 360];
  const all = async (name: string) => {
    for (const w of widths) {
      await page.setViewportSize({ width: w, height: 860 });
      await page.waitForTimeout(150);
      const o = await overflowPixels(page);
      if (o > 0) console.log('OVERFLOW', name, w, o);
      await shoot(page, name);
    }
    for (const f of await seriousFindings(page)) console.log('AXE', name, JSON.stringify(f));
    await page.setViewportSize({ width: 1280, height: 860 });
  };
  for (const [n, u] of [
    ['landing', '/'],
    ['pricing', '/pricing/'],
    ['login', '/login/'],
    ['agreement', '/legal/agreement/'],
  ] as const) {
    await page.goto(u);
    await page.waitForLoadState('networkidle');
    await page.evaluate('document.querySelectorAll("img").forEach(i=>i.loading="eager")');
    await page.waitForTimeout(300);
    await all(n);
  }
  await signIn(s, page);
  await page.waitForLoadState('networkidle');
  await all('home-new');
  await page.goto('/app/#/membership');
  await page.waitForTimeout(500);
  await all('membership');
  await buyPlan(s, page);
  await all('order-paid');
  await page.goto('/app/#/create/basic_clean');
  await page.waitForTimeout(400);
  await all('create-empty');
  const photos = await Promise.all(
    sampleGarments().map(async (g, _i) => ({
      name: `${g.name}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await drawSample(g),
    })),
  );
  await page
    .getByTestId('files')
    .setInputFiles([
      ...photos,
      { name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 hello') },
      { name: 'IMG_0001.heic', mimeType: 'image/heic', buffer: Buffer.from('\0\0\0\x18ftypheic0000') },
    ]);
  await page.waitForTimeout(2500);
  await all('create-filled');
  await page.locator('.summary button').click();
  await page.waitForTimeout(1500);
  await all('queue');
  await page.goto('/app/#/tasks');
  await page.waitForTimeout(12000);
  await all('tasks');
  await page.locator('a.task-row').first().click();
  await page.locator('.results img').first().waitFor();
  await page.waitForTimeout(800);
  await all('task-done');
  await page.locator('.result-picture').first().click();
  await page.waitForTimeout(400);
  await all('lightbox');
  await page.keyboard.press('Escape');
  await page.goto('/app/#/create/basic_clean');
  await page
    .getByTestId('files')
    .setInputFiles([{ name: 'broken.jpg', mimeType: 'image/jpeg', buffer: photos[0]!.buffer.subarray(0, 60000) }]);
  await page.waitForTimeout(800);
  await all('create-broken');
  await page.goto('/app/#/credits');
  await page.waitForTimeout(800);
  await all('credits');
  await page.goto('/app/#/account');
  await page.waitForTimeout(500);
  await all('account');
  await page.goto('/app/#/');
  await page.waitForTimeout(800);
  await all('home');
  await page.emulateMedia({ colorScheme: 'dark' });
  await all('dark-home');
  await page.goto('/');
  await page.waitForTimeout(500);
  await all('dark-landing');
  console.log('COMPLAINTS', complaints);
}, 240000);
