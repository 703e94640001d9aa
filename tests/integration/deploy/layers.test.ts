import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layerText } from '../../../infra/deploy/function-mark.ts';
import { removeAllLayers } from '../../../infra/deploy/remove-layers.ts';
import { rollBack } from '../../../infra/deploy/roll-back.ts';
import { verifyDeployed } from '../../../infra/deploy/verify-deployed.ts';
import { liveSnapshot } from '../../../scripts/local/tencent-account/serve-from-account.ts';
import {
  type DeployStage,
  deployStage,
  FOUR,
  holding,
  NAMESPACES,
  wantedOf,
} from '../../fixtures/tencent/deploy-stage.ts';

const LAYER = 'shop-test-native';
const RUNTIME = 'Nodejs20.19';

let stage: DeployStage;
beforeEach(async () => {
  stage = await deployStage();
});
afterEach(() => stage.close());

const start = () => stage.account.scf.functions.find(({ name }) => name === 'start-task')!;
const live = () => liveSnapshot(stage.account.scf, start(), '$DEFAULT').layers.map(({ number }) => number);
const kept = () => stage.account.scf.layers.get(LAYER)?.versions.map(({ number }) => number) ?? [];
const callsOf = (action: string) => stage.account.calls.filter((call) => call.action === action);
const problems = (wanted: ReturnType<typeof wantedOf>) =>
  verifyDeployed(stage.call, wanted.functions, { wanted: wanted.customDomain, namespaces: wanted.namespaces });
/** Code and layers of a release. */
const wanted = (code: string, layers: string) => wantedOf(FOUR, code, {}, layers);

describe('a layer', () => {
  it('is published once for all that use it, before the functions that name its version', async () => {
    const both = wantedOf({ ...FOUR, 'sweep-tasks': { ...FOUR['sweep-tasks'], layers: FOUR['start-task']!.layers! } });
    expect(await stage.deploy(both)).toMatchObject({ failed: [] });
    expect(callsOf('PublishLayerVersion')).toHaveLength(1);
    expect(await problems(both)).toEqual([]);
    const created = callsOf('CreateFunction').map(({ payload }) => [payload['FunctionName'], payload['Layers']]);
    expect(Object.fromEntries(created)).toEqual({
      login: undefined,
      'get-task': undefined,
      'start-task': [{ LayerName: LAYER, LayerVersion: 1 }],
      'sweep-tasks': [{ LayerName: LAYER, LayerVersion: 1 }],
    });
  });

  it('of one name and two contents is two versions, each for the function that it belongs to', async () => {
    const both = wantedOf({ ...FOUR, 'sweep-tasks': { ...FOUR['sweep-tasks'], layers: FOUR['start-task']!.layers! } });
    const functions = both.functions.map((one) =>
      one.name === 'sweep-tasks'
        ? { ...one, layers: one.layers.map((layer) => ({ ...layer, code: holding('other') })) }
        : one,
    );
    expect(await stage.deploy({ ...both, functions })).toMatchObject({ failed: [] });
    const named = callsOf('CreateFunction').flatMap(({ payload }) => payload['Layers'] ?? []);
    expect(named).toHaveLength(2);
    expect(named).toEqual(expect.arrayContaining([1, 2].map((LayerVersion) => ({ LayerName: LAYER, LayerVersion }))));
    await stage.deploy({ ...both, functions });
    expect(kept()).toEqual([1, 2]);
  });

  it('of a stage whose name goes on after a hyphen is not removed with this one', async () => {
    const Content = { ZipFile: Buffer.from(await holding('x').zip()).toString('base64') };
    const theirs = { LayerName: 'shop-test-2-native', CompatibleRuntimes: [RUNTIME], Content };
    await stage.call('PublishLayerVersion', { ...theirs, Description: layerText(holding('x').hash) });
    await stage.timing.sleep(5000);
    await stage.deploy(wanted('first', 'one'));
    await removeAllLayers(stage.call, 'shop-test-', () => undefined);
    expect([kept(), stage.account.scf.layers.get('shop-test-2-native')?.versions.length]).toEqual([[], 1]);
  });

  it('is named once by its function, whatever the version says that it had', async () => {
    await stage.deploy(wanted('first', 'one'));
    const Content = { ZipFile: Buffer.from(await holding('theirs').zip()).toString('base64') };
    await stage.call('PublishLayerVersion', { LayerName: LAYER, CompatibleRuntimes: [RUNTIME], Content });
    await stage.timing.sleep(5000);
    const Layers = [{ LayerName: LAYER, LayerVersion: 2 }];
    await stage.call('UpdateFunctionConfiguration', { FunctionName: 'start-task', Namespace: NAMESPACES[1], Layers });
    await stage.deploy(wanted('first', 'two'));
    expect(live()).toEqual([3]);
  });

  it('is not sent again with another code, and not even asked about when nothing changed', async () => {
    await stage.deploy(wanted('first', 'one'));
    const before = stage.account.calls.length;
    await stage.deploy(wanted('first', 'one'));
    expect(stage.account.calls.slice(before).filter(({ action }) => action.includes('Layer'))).toEqual([]);
    await stage.deploy(wanted('second', 'one'));
    expect([callsOf('PublishLayerVersion').length, live(), kept()]).toEqual([1, [1], [1]]);
  });

  it('of another content is another version; a rollback goes back to code and layer together', async () => {
    await stage.deploy(wanted('first', 'one'));
    await stage.deploy(wanted('first', 'two'));
    expect([live(), kept()]).toEqual([[2], [1, 2]]);
    expect(await problems(wanted('first', 'two'))).toEqual([]);
    expect(await problems(wanted('first', 'one'))).toContain(
      'shop-test-events/start-task: version 2 serves, which is not what was built here',
    );
    const say = (line: string) => stage.lines.push(line);
    expect(await rollBack(NAMESPACES, { call: stage.call, timing: stage.timing, say })).toEqual(['start-task']);
    expect(live()).toEqual([1]);
    await stage.deploy(wanted('first', 'two'));
    expect([live(), callsOf('PublishLayerVersion').length]).toEqual([[2], 2]);
  });

  it('is removed when none of the last ten versions was published with it', async () => {
    for (let n = 1; n <= 12; n++) await stage.deploy(wanted('first', `content ${n}`));
    expect([live(), kept()]).toEqual([[12], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]);
    // A deploy of one function knows nothing of others that may use it.
    const alone = wanted('first', 'content 13');
    await stage.deploy({ ...alone, only: ['start-task'] });
    expect(kept()).toHaveLength(11);
  });

  it('that the platform keeps for its users is left, and so is what somebody else published under its name', async () => {
    const Content = { ZipFile: Buffer.from(await holding('mine').zip()).toString('base64') };
    await stage.call('PublishLayerVersion', { LayerName: LAYER, CompatibleRuntimes: [RUNTIME], Content });
    for (let n = 1; n <= 12; n++) await stage.deploy(wanted('first', `content ${n}`));
    expect(kept().slice(0, 2)).toEqual([1, 4]);
    stage.account.scf.layersInUse = 'refused';
    stage.lines.length = 0;
    await removeAllLayers(stage.call, 'shop-test-', (line) => void stage.lines.push(line));
    expect(stage.lines).toHaveLength(10);
    expect(stage.lines[0]).toBe(`left: layer ${LAYER} version 4 is in use`);
    stage.account.scf.layersInUse = 'deleted';
    await removeAllLayers(stage.call, 'shop-test-', () => undefined);
    expect(kept()).toEqual([1]);
    // Whoever names a deleted version goes on with it.
    expect(live()).toEqual([13]);
  });

  it('is taken off a function that wants none, and seen by the verification until then', async () => {
    await stage.deploy(wanted('first', 'one'));
    const { layers: _none, ...bare } = FOUR['start-task']!;
    const without = wantedOf({ ...FOUR, 'start-task': bare });
    await stage.deploy(without);
    expect([live(), start().latest.layers]).toEqual([[], []]);
    expect(await problems(without)).toEqual([]);
  });

  it('that somebody else attached stays, also when ours is taken off', async () => {
    await stage.deploy(wanted('first', 'one'));
    const Content = { ZipFile: Buffer.from(await holding('ffmpeg').zip()).toString('base64') };
    await stage.call('PublishLayerVersion', { LayerName: 'ffmpeg', CompatibleRuntimes: [RUNTIME], Content });
    await stage.timing.sleep(5000);
    const Layers = [LAYER, 'ffmpeg'].map((LayerName) => ({ LayerName, LayerVersion: 1 }));
    await stage.call('UpdateFunctionConfiguration', { FunctionName: 'start-task', Namespace: NAMESPACES[1], Layers });
    const names = () => liveSnapshot(stage.account.scf, start(), '$DEFAULT').layers.map(({ layer }) => layer);
    await stage.deploy(wanted('first', 'two'));
    expect(names()).toEqual([LAYER, 'ffmpeg']);
    expect(await problems(wanted('first', 'two'))).toEqual([]);
    const { layers: _none, ...bare } = FOUR['start-task']!;
    await stage.deploy(wantedOf({ ...FOUR, 'start-task': bare }));
    expect(names()).toEqual(['ffmpeg']);
  });

  it('that cannot be published fails its function alone, with what served going on', async () => {
    await stage.close();
    let refused = 0;
    stage = await deployStage({
      fault: ({ action, payload }) =>
        action === 'PublishLayerVersion' && refused > 0 && payload['LayerName'] === LAYER
          ? { refuse: 'FailedOperation.PublishLayerVersion' }
          : undefined,
    });
    await stage.deploy(wanted('first', 'one'));
    refused = 1;
    const { failed, done } = await stage.deploy(wanted('second', 'two'));
    expect(failed.map(({ name }) => name)).toEqual(['start-task']);
    expect([done.length, live()]).toEqual([3, [1]]);
    refused = 0;
    expect(await stage.deploy(wanted('second', 'two'))).toMatchObject({ failed: [] });
    expect(live()).toEqual([2]);
  });
});

describe('the account', () => {
  const publish = (LayerName: string, runtimes = [RUNTIME], text = 'x') =>
    holding(text)
      .zip()
      .then((zip) =>
        stage.call('PublishLayerVersion', {
          ...{ LayerName, CompatibleRuntimes: runtimes, Content: { ZipFile: Buffer.from(zip).toString('base64') } },
        }),
      );
  const name = (Layers: { LayerName: string; LayerVersion: number }[]) =>
    stage.call('UpdateFunctionConfiguration', { FunctionName: 'login', Namespace: NAMESPACES[0], Layers });
  const one = (LayerName: string, LayerVersion = 1) => ({ LayerName, LayerVersion });

  it('refuses what its documents refuse', async () => {
    await stage.deploy(wanted('first', 'one'));
    await expect(publish('ends-with-')).rejects.toMatchObject({ code: 'InvalidParameterValue.LayerName' });
    await expect(publish('x', ['Nodejs8.9'])).rejects.toMatchObject({
      code: 'InvalidParameterValue.CompatibleRuntimes',
    });
    await expect(
      stage.call('PublishLayerVersion', {
        ...{ LayerName: 'x', CompatibleRuntimes: [RUNTIME], Content: { ZipFile: 'bm8gemlw' } },
      }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue.ZipFile' });
    await publish('other');
    await expect(name([one('other')])).rejects.toMatchObject({ code: 'InvalidParameterValue.Layers' });
    await stage.timing.sleep(5000);
    await name([one('other')]);
    await stage.timing.sleep(5000);
    await expect(name([one('other', 2)])).rejects.toMatchObject({ code: 'ResourceNotFound.LayerVersion' });
    const six = [1, 2, 3, 4, 5, 6].map(() => one('other'));
    await expect(name(six)).rejects.toMatchObject({ code: 'InvalidParameterValue.Layers' });
    await publish('old', ['Nodejs16.13']);
    await stage.timing.sleep(5000);
    await expect(name([one('old')])).rejects.toMatchObject({ code: 'InvalidParameterValue.Layers' });
    await expect(stage.call('ListLayerVersions', { LayerName: 'nobody' })).rejects.toMatchObject({
      code: 'ResourceNotFound.Layer',
    });
  });

  it('has 20 layers of 200 versions, and 500 MB for a function with its layers', async () => {
    await stage.deploy(wanted('first', 'one'));
    const { layers } = stage.account.scf;
    const [version] = layers.get(LAYER)!.versions;
    layers.set('large', {
      published: 1,
      versions: [{ ...version!, layer: 'large', unpackedBytes: 500 * 1024 * 1024 }],
    });
    await expect(name([one('large')])).rejects.toMatchObject({ code: 'LimitExceeded.Code' });
    for (let n = 0; layers.size < 20; n++) layers.set(`layer-${n}`, { published: 0, versions: [] });
    await expect(publish('one-more')).rejects.toMatchObject({ code: 'LimitExceeded.Layers' });
    layers.set('full', { published: 200, versions: Array.from({ length: 200 }, () => version!) });
    await expect(publish('full')).rejects.toMatchObject({ code: 'LimitExceeded.LayerVersions' });
  });
});
