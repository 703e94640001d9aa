import { describe, expect, it } from 'vitest';
import type { BuildRecord } from '../../../scripts/build/build-record.ts';
import { BUNDLE_BUDGETS, bundleProblems, type DeployedScript } from '../../../scripts/build/check-bundles.ts';

const record = (name: string, contents: readonly string[], more: Partial<BuildRecord> = {}): BuildRecord => ({
  name,
  settings: '',
  inputs: {},
  contents: Object.fromEntries(contents.map((path) => [path, 1])),
  externals: [],
  bytes: 1,
  gzipBytes: 1,
  hasCodeCache: true,
  hasMedia: false,
  schemaLevel: null,
  ...more,
});
const problemsOf = (one: BuildRecord, text = '', more: readonly DeployedScript[] = []) =>
  bundleProblems([one], () => [{ path: 'bundle.js', text }, ...more]);

describe('a bundle', () => {
  it('within its budget, of its own parts only, has no problem', () => {
    const gzipBytes = BUNDLE_BUDGETS.databaseBytes;
    expect(
      problemsOf(record('create-task', ['node_modules/mysql2/promise.js', 'shared/cos/sign-url.ts'], { gzipBytes })),
    ).toEqual([]);
  });

  it.each([
    ['health-live', [], BUNDLE_BUDGETS.plainBytes],
    ['login', ['node_modules/mysql2/promise.js'], BUNDLE_BUDGETS.databaseBytes],
    ['sweep-tasks', ['node_modules/mysql2/promise.js'], BUNDLE_BUDGETS.eventBytes],
  ])('of %s over its budget is found', (name, contents, budget) => {
    const gzipBytes = budget + 1;
    expect(problemsOf(record(name, contents, { gzipBytes }))).toEqual([
      `${name}: ${gzipBytes} bytes of gzip, its budget is ${budget}`,
    ]);
  });

  it.each([
    ['create-task', 'node_modules/@techstark/opencv-js/dist/opencv.js', 'image engines'],
    ['create-task', 'shared/media/basic-clean.ts', 'image work'],
    ['create-task', 'node_modules/cos-nodejs-sdk-v5/index.js', 'COS SDK'],
    ['pay-callback-wechat', 'shared/cos/sign-url.ts', 'only tasks and reports touch objects'],
    ['pay-callback-wechat', 'shared/payments/wechat/signing-config.ts', 'signing keys'],
    ['pay-callback-alipay', 'shared/payments/alipay/signing-config.ts', 'signing keys'],
    ['login', 'node_modules/zod/v4/classic/schemas.js', 'zod/mini only'],
    ['send-code', 'node_modules/tencentcloud-sdk-nodejs/tencentcloud/index.js', 'the whole SDK'],
    [
      'poll-provider-jobs',
      'node_modules/tencentcloud-sdk-nodejs/tencentcloud/services/aiart/v20221229/aiart_client.js',
      'a product of the SDK',
    ],
    ['login', 'scripts/local/start-cloud.ts', 'not part of the product'],
  ])('of %s that holds %s is found', (name, path, reason) => {
    expect(problemsOf(record(name, [path]))).toEqual([expect.stringMatching(`${name}: holds ${path} .*${reason}`)]);
  });

  it('that requires a native package is found, except of image steps', () => {
    expect(problemsOf(record('start-task', [], { externals: ['sharp'] }))).toHaveLength(1);
    expect(problemsOf(record('run-image-step', [], { externals: ['sharp'] }))).toEqual([]);
  });

  it.each(['console.log(1)', 'x=console["error"](2)', 'let f=console .warn'])('that says %s is found', (text) => {
    const around = `${'x;'.repeat(500)}${text}${';y'.repeat(500)}`;
    const [problem = '', ...others] = problemsOf(record('login', []), around);
    expect(problem).toMatch(/^login: bundle\.js writes to the console: /);
    expect(problem).toContain(text);
    expect(problem.length).toBeLessThan(200);
    expect(others).toEqual([]);
  });

  it.each(['media/cutout-child.cjs', 'media/opencv.js', 'node_modules/sharp/dist/index.cjs', 'index.mjs'])(
    'of which %s prints is found by that name, and an example in a comment is none',
    (path) => {
      const scripts = (text: string) => [{ path, text }];
      const [problem, ...others] = problemsOf(
        record('run-image-step', []),
        '',
        scripts('a();console.warn("left");b()'),
      );
      expect(problem).toContain(`run-image-step: ${path} writes to the console: a();console.warn("left");b()`);
      expect(others).toEqual([]);
      const example = scripts('/*\n * console.log(a)\n */a();');
      expect(problemsOf(record('run-image-step', []), '', example)).toHaveLength(path.startsWith('node_') ? 0 : 1);
    },
  );

  it('that is not there is found, not passed over', () => {
    expect(bundleProblems([record('login', [])], () => [])).toEqual(['login: has no bundle.js']);
  });
});
