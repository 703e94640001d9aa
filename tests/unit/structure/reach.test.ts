import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';

/** What a function's bundle is made of: our files, and the packages that they import (types are no part of it). */
interface Reach {
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

async function reachOf(entry: string, root = ROOT): Promise<Reach> {
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  const external = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter((one) => one.external).map(({ path }) => path),
  );
  return { files: Object.keys(metafile.inputs), packages: [...new Set(external)] };
}

const FUNCTIONS = listFiles(ROOT, ['functions'], /\/handler\.ts$/).map((file) =>
  file.slice('functions/'.length, -'/handler.ts'.length),
);

/** Functions whose work is image bytes; every other one must start fast. */
const READS_IMAGES = ['start-task', 'run-image-step'];
const MOVES_OBJECTS = ['reconcile-bills', 'run-image-step', 'start-task', 'sweep-tasks'];
const ASKS_WECHAT = [
  ...['purchase-membership', 'list-plans', 'get-order', 'reconcile-orders', 'reconcile-bills', 'ops/refund-order'],
];

const reaches = new Map<string, Reach>();
const reach = (name: string): Reach => reaches.get(name) as Reach;
/** The functions that reach a file or package that fits, in order. */
const whoReaches = (pattern: RegExp): string[] =>
  FUNCTIONS.filter((name) => [...reach(name).files, ...reach(name).packages].some((one) => pattern.test(one)));

beforeAll(async () => {
  for (const name of FUNCTIONS) reaches.set(name, await reachOf(`functions/${name}/handler.ts`));
}, 60_000);

const onlyOf = (allowed: readonly string[], found: readonly string[]) =>
  found.filter((name) => !allowed.includes(name));

describe('what a function can reach, by way of everything it imports', () => {
  it('is known for every function', () => {
    expect(FUNCTIONS).toContain('create-task');
    expect(reach('create-task').files).toContain('shared/tasks/create-task.ts');
    expect(reach('create-task').packages).toContain('mysql2/promise');
  });

  it('image code: only those that read images', () => {
    const imageCode =
      /^sharp$|opencv|litert|mediapipe|^shared\/media\/.*(cutout|clean|decode|inspect-image|enhance|white)/;
    expect(onlyOf(READS_IMAGES, whoReaches(imageCode))).toEqual([]);
    expect(whoReaches(imageCode)).toContain('run-image-step');
  });

  it('processors are known by name and params without their code: no image code, no font', async () => {
    const names = await reachOf('shared/media/processors.ts');
    expect(names.files).toContain('shared/media/storyboard/storyboard-params.ts');
    expect(names.packages).toEqual(['zod/mini']);
    expect(names.files.filter((file) => /draw-|run-|canvas|decode|open-typeface/.test(file))).toEqual([]);
    const code = await reachOf('shared/media/load-processor.ts');
    expect(code.packages).toEqual(expect.arrayContaining(['sharp', 'opentype.js']));
    const whoSetsType = whoReaches(/^opentype\.js$|@embedpdf/);
    expect(onlyOf(READS_IMAGES, whoSetsType)).toEqual([]);
  });

  it("COS's SDK: only those that move objects, for it costs a click 82–140 ms", () => {
    expect(whoReaches(/^cos-nodejs-sdk-v5$/)).toEqual(MOVES_OBJECTS);
  });

  it('a pay callback reaches no object storage, no image code and no signing key', () => {
    const callbacks = FUNCTIONS.filter((name) => name.startsWith('pay-callback-'));
    expect(callbacks).not.toEqual([]);
    for (const name of callbacks) {
      const banned =
        /^shared\/(cos|media|tasks|auth)\/|sign-request|sign-parameters|signing-config|(wechat-pay|alipay)-channel|^cos-|^sharp$/;
      expect(
        reach(name)
          .files.concat(reach(name).packages)
          .filter((one) => banned.test(one)),
        name,
      ).toEqual([]);
    }
  });

  it("WeChat's signer: only those that ask WeChat something", () => {
    expect(onlyOf(ASKS_WECHAT, whoReaches(/sign-request|signing-config/))).toEqual([]);
    expect(whoReaches(/sign-request/)).toContain('purchase-membership');
  });

  it('the SMS sender: only send-code', () => {
    expect(onlyOf(['send-code'], whoReaches(/shared\/auth\/tencent-(sms|captcha)\.ts$/))).toEqual([]);
  });

  it('the database: all but health-live, which answers without touching anything', () => {
    expect(whoReaches(/^mysql2/)).toEqual(FUNCTIONS.filter((name) => name !== 'health-live'));
  });

  it("nothing of Tencent's own SDK, of scripts, infra or tests", () => {
    expect(whoReaches(/^tencentcloud|^(scripts|infra|tests)\//)).toEqual([]);
  });

  it('a planted import is seen through any number of files', async () => {
    const root = `${ROOT}tests/unit/structure/planted/`;
    expect(existsSync(`${root}handler.ts`)).toBe(true);
    const planted = await reachOf('handler.ts', root);
    expect(planted.files).toEqual(['third.ts', 'second.ts', 'handler.ts']);
    expect(planted.packages).toEqual(['sharp']);
  });
});
