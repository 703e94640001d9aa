import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkCard } from '../../../shared/features/check-card.ts';
import { listFeatures } from '../../../shared/features/list-features.ts';

import { CATALOGUE, catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';
import { NOW_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { saveCardAs } from '../../fixtures/save-card-as.ts';

const WITH_ENGINES = catalogueWith('tencent-mps:2,tencent-vclm,tencent-ci,tencent-aiart');
let product: ProductDatabase;
let cards: { id: string; given: unknown }[];
beforeAll(async () => {
  product = await productDatabase();
  const rows = await product.db.query<{ id: string; json: string }>(
    'SELECT f.id, v.card_json AS json FROM features f JOIN feature_versions v ON v.feature_id = f.id AND v.version = f.version ORDER BY id',
  );
  cards = rows.map(({ id, json }) => ({ id, given: JSON.parse(json) as unknown }));
});
afterAll(() => product.close());

it('the first cards are cards: each could be saved as it stands', () => {
  expect(cards).toHaveLength(11);
  for (const { id, given } of cards) expect([id, checkCard(given, WITH_ENGINES)]).toEqual([id, { card: given }]);
});

it('the row of each is what saving the card writes', async () => {
  // Engines write JSON with spaces and an order of keys of their own.
  const plain = ([name, value]: [string, unknown]): [string, unknown] =>
    name.endsWith('_json') ? [name, JSON.parse(String(value))] : [name, value];
  const rows = async () =>
    (await product.db.query<Record<string, unknown>>('SELECT * FROM features ORDER BY id')).map((row) =>
      Object.fromEntries(Object.entries(row).map(plain)),
    );
  const before = (await rows()).map((row) => ({ ...row, version: Number(row['version']) + 1 }));
  for (const { given } of cards) await saveCardAs(product.db, WITH_ENGINES, given, { savedBy: 'test', nowMs: NOW_MS });
  expect(await rows()).toEqual(before);
});

it('all are listed in their order; those that wait for a processor or an engine say so in both languages', async () => {
  const listed = await listFeatures(product.db, CATALOGUE);
  expect(listed.map(({ featureId, closed }) => `${featureId} ${closed ? 'closed' : 'open'}`)).toEqual([
    ...['basic_clean', 'storyboard_template', 'platform_pack', 'poster', 'copywriting', 'product_video'].map(
      (id) => `${id} open`,
    ),
    ...['model_pose12', 'video_generate', 'ai_background', 'photo_upscale', 'photo_repair'].map((id) => `${id} closed`),
  ]);
  for (const { closed } of listed.slice(6))
    expect(`${closed?.zh} ${closed?.en}`).toMatch(/所需的引擎未配置 No engine for .* is configured$/);
  const withOne = await listFeatures(product.db, catalogueWith('tencent-mps'));
  expect(withOne.filter(({ closed }) => closed).map(({ featureId }) => featureId)).toEqual([
    ...['video_generate', 'ai_background', 'photo_upscale', 'photo_repair'],
  ]);
  const withOther = await listFeatures(product.db, catalogueWith('tencent-aiart,tencent-ci'));
  expect(withOther.filter(({ closed }) => closed).map(({ featureId }) => featureId)).toEqual(['video_generate']);
});

it('a card whose engine is not configured cannot be opened', async () => {
  const given = cards.find(({ id }) => id === 'model_pose12')?.given as object;
  const open = saveCardAs(product.db, CATALOGUE, { ...given, enabled: true }, { savedBy: 'test', nowMs: NOW_MS });
  await expect(open).rejects.toMatchObject({ code: 'VALIDATION_FAILED', fields: [{ rule: 'engine_not_configured' }] });
});
