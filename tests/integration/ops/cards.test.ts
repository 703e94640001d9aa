import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesBetween } from '../../../shared/ops/compare-cards.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
let template: Card;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { environment: { AI_ENGINES: 'tencent-mps:2' } });
  operator = await newOperator(stage);
  template = { ...(await cardOf('basic_clean')).card, nameZh: '试用卡' };
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

interface Step {
  readonly name: string;
  readonly processor: string;
  readonly params: object;
  readonly inputs: readonly object[];
  readonly engines: readonly string[];
}
type Card = Record<string, unknown> & { readonly pipeline: readonly Step[] };

let keys = 0;
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const cardOf = async (featureId: string, query: object = {}) =>
  (await stage.send('get-card', { as: operator, query: { featureId, ...query } })).body.data;
const save = (card: object, baseVersion = 0, idempotencyKey = `save-${++keys}`) =>
  stage.send('save-card', { as: operator, idempotencyKey, body: { card, baseVersion, reason: '上新功能' } });
const setState = (body: object, idempotencyKey = `state-${++keys}`) =>
  stage.send('set-card-state', { as: operator, idempotencyKey, body: { reason: '运营调整', ...body } });
const newCard = (id: string, over: object = {}) => ({ ...template, id, ...over });
const withStep = (over: object) => ({ pipeline: [{ ...template.pipeline[0], ...over }] });
const problemsOf = ({ status, body }: Answer): string[] =>
  status === 400 ? body.error.fields.map(({ path, rule }: Record<string, string>) => `${path} ${rule}`) : ['accepted'];
const inList = async (featureId: string) =>
  (await stage.send('list-cards', { as: operator })).body.data.items.find(
    (one: { featureId: string }) => one.featureId === featureId,
  );

describe('a card', () => {
  it('is saved as its first version, can be ordered, and a later version is ordered from then on', async () => {
    expect((await save(newCard('trial'), 0, 'first')).body.data).toEqual({ featureId: 'trial', version: 1 });
    expect((await save(newCard('trial'), 0, 'first')).body.data).toEqual({ featureId: 'trial', version: 1 });
    expect(codeOf(await save(newCard('trial', { credits: 2 }), 0, 'first'))).toBe('IDEMPOTENCY_CONFLICT');
    const as = await stage.newMerchant(10);
    const order = async () => {
      const body = { featureId: 'trial', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
      return (await stage.send('create-task', { as, idempotencyKey: `task-${++keys}`, body })).body.data.credits;
    };
    expect(await order()).toBe(1);
    expect(codeOf(await save(newCard('trial', { credits: 3 }), 1))).toBe('done');
    expect(await order()).toBe(3);
    const read = await cardOf('trial');
    expect(read).toMatchObject({ version: 2, currentVersion: 2, card: { credits: 3 } });
    expect(read.versions.map(({ version, savedBy }: Record<string, unknown>) => [version, savedBy])).toEqual([
      [2, operator.id],
      [1, operator.id],
    ]);
    expect((await cardOf('trial', { version: '1' })).card.credits).toBe(1);
  });

  it('that somebody else has saved meanwhile is not overwritten, nor one made twice', async () => {
    await save(newCard('meanwhile'));
    expect(codeOf(await save(newCard('meanwhile')))).toBe('CARD_CHANGED');
    await save(newCard('meanwhile', { position: 5 }), 1);
    expect(codeOf(await save(newCard('meanwhile', { position: 6 }), 1))).toBe('CARD_CHANGED');
    expect((await cardOf('meanwhile')).card.position).toBe(5);
  });

  it.each([0, 1])('saved by eight at once over version %i is saved by one', async (baseVersion) => {
    if (baseVersion === 1) expect(codeOf(await save(newCard('at_once_1')))).toBe('done');
    const instances = await Promise.all(Array.from({ length: 8 }, () => stage.newInstance('save-card')));
    const answers = await Promise.all(
      instances.map((instance, n) =>
        instance({
          body: { card: newCard(`at_once_${baseVersion}`, { position: n }), baseVersion, reason: '同时保存' },
          headers: { authorization: operator.authorization(), 'idempotency-key': `save-${++keys}` },
        }),
      ),
    );
    const codes = answers.map(codeOf).sort();
    expect(codes).toEqual([...Array.from({ length: 7 }, () => 'CARD_CHANGED'), 'done']);
    const won = answers.findIndex((answer) => codeOf(answer) === 'done');
    expect(await cardOf(`at_once_${baseVersion}`)).toMatchObject({
      currentVersion: baseVersion + 1,
      card: { position: won },
    });
  });

  it('that could not run is refused with the field and the reason, and nothing of it is saved', async () => {
    const refused = async (over: object) => problemsOf(await save(newCard('refused', over)));
    expect(await refused({ credits: 0 })).toEqual(['card.credits min:1']);
    expect(await refused({ credits: 1.5 })).toEqual(['card.credits type:int']);
    expect(await refused(withStep({ processor: 'no-such-thing' }))).toEqual([
      'card.pipeline.0.processor unknown_processor',
    ]);
    expect(await refused(withStep({ inputs: [{ form: 'nothing' }] }))).toEqual(
      expect.arrayContaining(['card.pipeline.0.inputs.0.form mapping']),
    );
    expect(await refused(withStep({ inputs: [] }))).toEqual(['card.pipeline.0.inputs min:1']);
    expect(await refused(withStep({ engines: ['tencent-mps'] }))).toEqual(['card.pipeline.0.engines unknown_engine']);
    expect(await refused({ outputs: [{ step: 'other', name: '*', contentType: 'image/png' }] })).toEqual([
      'card.outputs.0.step mapping',
    ]);
    expect(await refused({ enabled: false })).toEqual(['card.closedZh required']);
    expect(await refused({ surprise: true })).toEqual(['card.surprise unknown']);
    expect(await stage.db.query("SELECT version FROM feature_versions WHERE feature_id = 'refused'")).toEqual([]);
    expect(await stage.db.query("SELECT seq FROM audit_log WHERE target = 'refused'")).toEqual([]);
  });

  it('whose engine is not configured here cannot be opened; the list says why nothing can be ordered of it', async () => {
    expect(await inList('model_pose12')).toMatchObject({ enabled: true });
    expect((await inList('model_pose12')).closed).toBeUndefined();
    expect((await inList('video_generate')).closed.en).toMatch(/No engine for .* is configured/);
    const { version, card } = await cardOf('video_generate');
    expect(problemsOf(await save({ ...card, position: 9 }, version))).toEqual([
      'card.pipeline.1.engines engine_not_configured',
    ]);
    const closing = {
      featureId: 'video_generate',
      version,
      enabled: false,
      closedZh: '维护中',
      closedEn: 'Maintenance',
    };
    expect(codeOf(await setState(closing))).toBe('done');
    const open = { featureId: 'video_generate', version: version + 1, enabled: true };
    expect(problemsOf(await setState(open))).toEqual(['card.pipeline.1.engines engine_not_configured']);
  });

  it('is closed with a reason that merchants read, and opened again, once a key', async () => {
    await save(newCard('door'));
    const close = { featureId: 'door', version: 1, enabled: false, closedZh: '升级中', closedEn: 'Being improved' };
    expect(problemsOf(await setState({ featureId: 'door', version: 1, enabled: false }))).toEqual([
      'card.closedZh required',
    ]);
    expect((await setState(close, 'close')).body.data).toEqual({ featureId: 'door', version: 2 });
    expect((await setState(close, 'close')).body.data).toEqual({ featureId: 'door', version: 2 });
    expect(codeOf(await setState(close))).toBe('CARD_CHANGED');
    const { features } = (await stage.send('list-features', {})).body.data;
    const shown = features.find((one: { featureId: string }) => one.featureId === 'door');
    expect(shown.closed).toEqual({ zh: '升级中', en: 'Being improved' });
    expect((await setState({ featureId: 'door', version: 2, enabled: true })).body.data.version).toBe(3);
    expect((await inList('door')).closed).toBeUndefined();
    expect((await cardOf('door')).card).toEqual((await cardOf('door', { version: '1' })).card);
    const log = await stage.db.query("SELECT action, reason FROM audit_log WHERE target = 'door' ORDER BY seq");
    expect(log).toEqual([
      { action: 'save-card', reason: '上新功能' },
      { action: 'set-card-state', reason: '运营调整' },
      { action: 'set-card-state', reason: '运营调整' },
    ]);
    expect(codeOf(await setState({ featureId: 'door', version: 99, enabled: true }))).toBe('NOT_FOUND');
    expect(codeOf(await setState({ featureId: 'no_door', version: 1, enabled: true }))).toBe('NOT_FOUND');
  });

  it('is compared version with version, value by value', async () => {
    await save(newCard('compared'));
    const step = { ...template.pipeline[0], timeLimitSeconds: 120 };
    await save(newCard('compared', { credits: 2, pipeline: [step] }), 1);
    const compare = async (from: string, to: string) =>
      (await stage.send('compare-cards', { as: operator, query: { featureId: 'compared', from, to } })).body;
    expect((await compare('1', '2')).data.changes).toEqual([
      { path: 'credits', before: '1', after: '2' },
      { path: 'pipeline.clean.timeLimitSeconds', before: '240', after: '120' },
    ]);
    expect((await compare('2', '2')).data.changes).toEqual([]);
    expect((await compare('1', '3')).error.code).toBe('NOT_FOUND');
  });

  it('is made of what the list of processors and engines says', async () => {
    const { processors, engines } = (await stage.send('list-cards', { as: operator })).body.data;
    expect(engines).toEqual(['embedded', 'tencent-mps']);
    expect(processors.find(({ name }: { name: string }) => name === 'model-try-on')).toEqual({
      ...{ name: 'model-try-on', inputs: [{ part: 'garment', min: 1, max: 1 }] },
      ...{ files: ['result.jpg'], engines: ['tencent-mps', 'tencent-aiart'] },
    });
  });
});

describe('differences', () => {
  it('name what came, what went, and what only moved', () => {
    const [a, b] = [
      { name: 'a', x: 1 },
      { name: 'b', x: 2 },
    ];
    expect(changesBetween({ list: [a] }, { list: [a, b] })).toEqual([{ path: 'list.b', after: JSON.stringify(b) }]);
    expect(changesBetween({ list: [a, b] }, { list: [b] })).toEqual([{ path: 'list.a', before: JSON.stringify(a) }]);
    expect(changesBetween({ list: [a, b] }, { list: [b, a] })).toEqual([
      { path: 'list', before: '["a","b"]', after: '["b","a"]' },
    ]);
    expect(changesBetween({ list: [a, b] }, { list: [b, { ...a, x: 3 }] })).toEqual([
      { path: 'list.a.x', before: '1', after: '3' },
      { path: 'list', before: '["a","b"]', after: '["b","a"]' },
    ]);
    expect(changesBetween({ list: [1, 2] }, { list: [1] })).toEqual([{ path: 'list', before: '[1,2]', after: '[1]' }]);
    expect(changesBetween({ x: { y: 1, z: 2 } }, { x: { z: 2, y: 1 } })).toEqual([]);
  });
});
