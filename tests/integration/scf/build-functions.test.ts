import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BuiltFunction, buildFunctions, REPOSITORY_ROOT } from '../../../scripts/build/build-functions.ts';
import { readRecord } from '../../../scripts/build/build-record.ts';
import { bundleProblems, bundleText, deployedScripts } from '../../../scripts/build/check-bundles.ts';
import { LICENCES_FILE, packagesOf } from '../../../scripts/build/collect-licences.ts';
import { listFunctions } from '../../../scripts/build/list-functions.ts';
import { watchFunctions } from '../../../scripts/build/watch-functions.ts';
import type { HttpReply } from '../../../shared/http/scf-event.ts';

const run = promisify(execFile);
const MODULES = join(REPOSITORY_ROOT, 'node_modules');
let folder: string;
let functionsFolder: string;
let distFolder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-functions-'));
  functionsFolder = join(folder, 'functions');
  distFolder = join(folder, 'dist');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, source: string, file = 'handler.ts'): Promise<void> {
  await mkdir(join(functionsFolder, name), { recursive: true });
  await writeFile(join(functionsFolder, name, file), source);
}
const build = (options: { cache?: boolean } = {}): Promise<BuiltFunction[]> =>
  buildFunctions({ functionsFolder, distFolder, ...options });
const built = (functions: BuiltFunction[]): string[] => functions.filter(({ ms }) => ms > 0).map(({ name }) => name);

/** What a fresh Node prints of a built function: its reply, and what became of its code cache. */
async function call(name: string): Promise<[unknown, string]> {
  const script =
    'const f = require(process.argv[1]); f.main({}).then((r) => console.log(JSON.stringify([r, f.codeCache])))';
  const { stdout } = await run(process.execPath, ['-e', script, join(distFolder, 'functions', name, 'index.js')]);
  return JSON.parse(stdout) as [unknown, string];
}

const HELLO = "export const main = async () => '衣影 ' + (() => 'hello')();\n";

describe('a build', () => {
  it('writes the same bundle from the same source, whatever was there before', async () => {
    await write('hello', HELLO);
    await build();
    const first = await readFile(join(distFolder, 'functions/hello/bundle.js'), 'utf8');
    await rm(distFolder, { recursive: true });
    await build();
    expect(await readFile(join(distFolder, 'functions/hello/bundle.js'), 'utf8')).toBe(first);
  });

  it('builds again what changed by content, and nothing else', async () => {
    await write('hello', "import { word } from './word.ts';\nexport const main = async () => word;\n");
    await write('hello', "export const word = 'one';\n", 'word.ts');
    await write('other', HELLO);
    expect(built(await build())).toEqual(['hello', 'other']);
    expect(built(await build())).toEqual([]);
    await write('other', HELLO);
    expect(built(await build())).toEqual([]);
    await write('hello', "export const word = 'two';\n", 'word.ts');
    expect(built(await build())).toEqual(['hello']);
    expect(await call('hello')).toEqual(['two', 'accepted']);
    await rm(join(distFolder, 'functions/hello/bundle.js'));
    expect(built(await build())).toEqual(['hello']);
    await rm(join(functionsFolder, 'other'), { recursive: true });
    await build();
    expect(listFunctions(functionsFolder)).toEqual(['hello']);
    await expect(readFile(join(distFolder, 'functions/other/index.js'))).rejects.toThrow('ENOENT');
  });

  it('makes the code cache that a build without it left out', async () => {
    await write('hello', HELLO);
    await build({ cache: false });
    expect(await call('hello')).toEqual(['衣影 hello', 'none']);
    await build();
    expect(await call('hello')).toEqual(['衣影 hello', 'accepted']);
  });

  it('fails for a bundle that cannot be loaded, or that exports no main', async () => {
    await write('broken', 'const none: { f?: () => number } = {};\nexport const main = none.f!();\n');
    await expect(build()).rejects.toThrow('broken: TypeError');
    await write('broken', 'export const other = 1;\n');
    await expect(build()).rejects.toThrow('broken: Error: exports no function named main');
  });
});

describe('a code cache', () => {
  it('is not offered to another bundle of the same length', async () => {
    await write('hello', HELLO);
    await build();
    const cache = await readFile(join(distFolder, 'functions/hello/bundle.cache'));
    await write('hello', HELLO.replace('hello', 'olleh'));
    await build({ cache: false });
    await writeFile(join(distFolder, 'functions/hello/bundle.cache'), cache);
    expect(await call('hello')).toEqual(['衣影 olleh', 'none']);
  });

  it('that V8 refuses costs nothing but its time', async () => {
    await write('hello', HELLO);
    await build();
    const file = join(distFolder, 'functions/hello/bundle.cache');
    const cache = await readFile(file);
    cache.fill(0, 32, 64);
    await writeFile(file, cache);
    expect(await call('hello')).toEqual(['衣影 hello', 'rejected']);
  });
});

describe('a bundle', () => {
  it('is ASCII, and its stack traces fit its source map', async () => {
    await write(
      'fails',
      'const words = "衣影";\nexport const main = async () => {\n  return new Error(words).stack;\n};\n',
    );
    await build();
    const bundle = await readFile(join(distFolder, 'functions/fails/bundle.js'));
    expect(bundle.every((byte) => byte < 128)).toBe(true);
    const [stack] = (await call('fails')) as [string, string];
    const [, line, column] = /bundle\.js:(\d+):(\d+)/.exec(stack) ?? [];
    const text = bundle.toString().split('\n')[Number(line) - 1] ?? '';
    expect(text.slice(Number(column) - 1)).toMatch(/^new Error\(|^Error\(/);
  });

  it('has lost its console and what its dependencies print', async () => {
    await write('prints', "export const main = async () => {\n  console.log('a');\n  return 1;\n};\n");
    await build();
    expect(bundleText(distFolder)('prints')).not.toContain('console');
    const record = await readRecord(distFolder, 'prints');
    const problems = () => bundleProblems(record ? [record] : [], deployedScripts(distFolder, MODULES));
    expect(problems()).toEqual([]);
    // Whatever lies beside the bundle deploys with it.
    await mkdir(join(distFolder, 'functions/prints/media'));
    await writeFile(join(distFolder, 'functions/prints/media/child.cjs'), 'console.error("left")\n');
    expect(problems()).toEqual(['prints: media/child.cjs writes to the console: console.error("left") ']);
  });
});

describe('a watched function', () => {
  it('is rebuilt within a second of a change; a build that fails leaves the old one', async () => {
    await write('hello', HELLO);
    await write('other', HELLO);
    await build({ cache: false });
    const rebuilt: [string, number][] = [];
    const failed: unknown[] = [];
    const watched = await watchFunctions({
      functionsFolder,
      distFolder,
      onRebuilt: (name, ms) => rebuilt.push([name, ms]),
      onFailed: (error) => failed.push(error),
    });
    try {
      await write('hello', HELLO.replace('hello', 'again'));
      await expect.poll(() => rebuilt, { timeout: 5_000 }).toEqual([['hello', expect.any(Number)]]);
      expect(rebuilt[0]?.[1]).toBeLessThan(1_000);
      expect(await call('hello')).toEqual(['衣影 again', 'none']);
      await write('hello', 'this is no TypeScript');
      await expect.poll(() => failed.length, { timeout: 5_000 }).toBe(1);
      expect(await call('hello')).toEqual(['衣影 again', 'none']);
      await cp(join(functionsFolder, 'other/handler.ts'), join(functionsFolder, 'hello/handler.ts'));
      await expect.poll(() => rebuilt.length, { timeout: 5_000 }).toBe(2);
    } finally {
      await watched.close();
    }
  });
});

describe('the product’s bundles', () => {
  it('keep their budgets and hold nothing that they are not to hold', async () => {
    const names = listFunctions();
    const functions = await buildFunctions();
    expect(functions.map(({ name }) => name)).toEqual(names);
    const dist = join(REPOSITORY_ROOT, 'dist');
    const records = await Promise.all(names.map((name) => readRecord(dist, name)));
    const scriptsOf = deployedScripts(dist, MODULES);
    expect(
      bundleProblems(
        records.filter((record) => record !== null),
        scriptsOf,
      ),
    ).toEqual([]);
    expect(scriptsOf({ name: 'run-image-step', externals: ['sharp'] }).map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ...['index.js', 'bundle.js', 'media/cutout-child.cjs', 'media/film-child.cjs', 'media/video-child.cjs'],
        ...['media/opencv.js', 'media/litert_wasm_compat_internal.js', 'node_modules/sharp/dist/index.cjs'],
      ]),
    );
    for (const record of records) {
      const licences = await readFile(join(dist, 'functions', record?.name ?? '', LICENCES_FILE), 'utf8');
      for (const part of packagesOf(Object.keys(record?.contents ?? {}))) {
        expect(licences, record?.name).toMatch(new RegExp(`^${part.replace(/.*node_modules\//, '')} \\d`, 'm'));
      }
    }
    expect(records.find((record) => record?.name === 'run-image-step')).toMatchObject({
      externals: ['sharp'],
      hasMedia: true,
    });
    // Eighty functions from nothing, with a code cache each, beside whatever else runs.
  }, 180_000);

  it('without a database hold the errors that they can answer, and no others', async () => {
    const [health] = await buildFunctions({ only: ['health-live'] });
    const { main } = createRequire(import.meta.url)(health?.file ?? '') as {
      main: (event: object) => Promise<HttpReply>;
    };
    vi.stubEnv('STAGE', 'test');
    vi.stubEnv('REGION', 'ap-guangzhou');
    const answer = async (event: object): Promise<unknown> =>
      JSON.parse((await main({ path: '/v1/health-live', headers: {}, ...event })).body);
    expect(await answer({ httpMethod: 'GET', queryString: {} })).toMatchObject({ data: { status: 'ok' } });
    expect(await answer({ httpMethod: 'POST', body: '' })).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
    expect(await answer({ httpMethod: 'GET', queryString: { x: '1' } })).toMatchObject({
      error: { code: 'VALIDATION_FAILED', fields: [{ path: 'x', rule: 'unknown' }] },
    });
    vi.unstubAllEnvs();
    await buildFunctions({ only: ['cancel-task'] });
    const text = bundleText(join(REPOSITORY_ROOT, 'dist'));
    expect(['health-live', 'cancel-task'].map((name) => text(name).includes('TASK_ENDED'))).toEqual([false, true]);
  });

  it('are all found unchanged, and none is built again', async () => {
    await buildFunctions();
    expect(built(await buildFunctions())).toEqual([]);
  });
});
