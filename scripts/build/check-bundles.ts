import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { packageFiles } from '../../infra/deploy/package-function.ts';
import type { BuildRecord } from './build-record.ts';
import { consoleCalls } from './console-calls.ts';

const KIB = 1024;

/** gzip sizes. Without database: contract, wrapper and zod. With it: 62 KB of mysql2 more, and tokens or payments. */
export const BUNDLE_BUDGETS = { plainBytes: 15 * KIB, databaseBytes: 140 * KIB, eventBytes: 420 * KIB } as const;

interface BundleBan {
  /** Of a file's path from the repository's root, or of a package left outside. */
  readonly banned: RegExp;
  /** Functions that may. */
  readonly except: readonly string[];
  readonly reason: string;
}

const TASK_FUNCTIONS = [
  'create-task',
  'get-task',
  'list-tasks',
  'retry-task',
  'rerun-task',
  'start-task',
  'run-image-step',
  'sweep-tasks',
  'run-provider-step',
  'poll-provider-jobs',
  'create-batch',
  'retry-batch',
  'list-assets',
  'sweep-library',
  'create-archive',
  'get-archive',
  'build-archive',
  // One keeps its reports in COS, the other signs links to them.
  'reconcile-bills',
  'list-bills',
  // Operators put photos of models there.
  'list-model-photos',
  'save-model-photo',
  // Asks the bucket whether it answers.
  'health-ready',
];
const EVENT_FUNCTIONS = [
  ...['start-task', 'run-image-step', 'sweep-tasks', 'sweep-library', 'reconcile-bills'],
  ...['run-provider-step', 'poll-provider-jobs', 'build-archive'],
];

/** What a bundle must not hold, whatever the path that leads there. */
export const BUNDLE_BANS: readonly BundleBan[] = [
  {
    banned: /^(sharp|@img\/)|^node_modules\/(sharp|@img|@techstark|@litertjs|@mediapipe|h264-mp4-encoder)\//,
    except: ['run-image-step'],
    reason: 'image engines take 0.4 s to load: image steps only',
  },
  {
    banned: /^(onnxruntime-|node_modules\/onnxruntime-)/,
    except: [],
    reason: 'a runtime of models is the operator’s, on a file system: 14 to 46 MB',
  },
  {
    banned: /^shared\/media\/(cutout\/|basic-clean|decode-photo|enhance-photo|white-picture)/,
    except: ['run-image-step'],
    reason: 'image work belongs to image steps',
  },
  {
    banned: /^node_modules\/cos-nodejs-sdk-v5\//,
    except: EVENT_FUNCTIONS,
    reason: 'the COS SDK costs 82–140 ms of cold start: sign-url.ts does for a function that answers a click',
  },
  {
    // How many days things live touches nothing.
    banned: /^shared\/cos\/(?!retention\.ts$)/,
    except: TASK_FUNCTIONS,
    reason: 'only tasks and reports touch objects; a payment callback never',
  },
  {
    banned: /^shared\/payments\/(wechat|alipay)\/signing/,
    except: [
      'purchase-membership',
      'get-order',
      'list-plans',
      'reconcile-orders',
      'reconcile-bills',
      'refund-order',
      'health-ready',
      // Says whether they are all there.
      'get-settings',
    ],
    reason: 'signing keys stay with the functions that ask a channel; a callback holds verifying keys',
  },
  { banned: /^node_modules\/zod\/v4\/(classic|locales)\//, except: [], reason: 'zod/mini only: 30 ms of cold start' },
  {
    banned: /^node_modules\/tencentcloud-sdk-nodejs\/(tencentcloud\/(index|services\/index)|index)\.js/,
    except: [],
    reason: 'the whole SDK costs 328 ms of cold start: one product by its sub-path',
  },
  {
    banned: /^node_modules\/tencentcloud-sdk-nodejs\/tencentcloud\/(common|services\/[a-z]+\/v)/,
    except: ['run-provider-step'],
    reason:
      'a product of the SDK costs 46–83 ms of cold start: tencent-api.ts does for a function that answers a click',
  },
  { banned: /^(scripts|tests|infra)\//, except: [], reason: 'not part of the product' },
];

/** One script of what deploys, by its path in the function's package. */
export interface DeployedScript {
  readonly path: string;
  readonly text: string;
}

/** Scripts of native packages, which deploy as their makers wrote them, and when they print. */
const PRINTS: Readonly<Record<string, string>> = {
  'node_modules/sharp/dist/libvips.cjs': 'only while it is installed',
  'node_modules/sharp/dist/libvips.mjs': 'only while it is installed',
  'node_modules/semver/internal/debug.js': 'only where NODE_DEBUG names it, which nothing sets',
};

/** Every budget and ban that the built functions break. `scriptsOf` reads all scripts of a function's package. */
export function bundleProblems(
  records: readonly BuildRecord[],
  scriptsOf: (record: BuildRecord) => readonly DeployedScript[],
): string[] {
  return records.flatMap((record) => [
    ...sizeProblems(record),
    ...contentProblems(record),
    ...consoleProblems(record, scriptsOf(record)),
  ]);
}

/** What deploys of a function, the scripts of its layers among it. */
export const deployedScripts =
  (distFolder: string, modulesFolder: string) =>
  ({ name, externals }: Pick<BuildRecord, 'name' | 'externals'>): DeployedScript[] =>
    packageFiles({ folder: join(distFolder, 'functions', name), externals, modulesFolder })
      .filter(({ path }) => /\.[cm]?js$/.test(path))
      .map(({ path, file }) => ({ path, text: readFileSync(file, 'latin1') }));

export const bundleText = (distFolder: string) => (name: string) =>
  readFileSync(join(distFolder, 'functions', name, 'bundle.js'), 'latin1');

function consoleProblems({ name }: BuildRecord, scripts: readonly DeployedScript[]): string[] {
  if (!scripts.some(({ path }) => path === 'bundle.js')) return [`${name}: has no bundle.js`];
  return scripts.flatMap(({ path, text }) => {
    if (path in PRINTS || consoleCalls(text).length === 0) return [];
    // Examples in the comments of packages.
    const code = path.startsWith('node_modules/') ? withoutComments(text) : text;
    return consoleCalls(code).map((place) => `${name}: ${path} writes to the console: ${place}`);
  });
}

const withoutComments = (text: string): string =>
  transformSync(text, { minifyWhitespace: true, legalComments: 'none' }).code;

function sizeProblems({ name, gzipBytes, contents }: BuildRecord): string[] {
  const hasDatabase = Object.keys(contents).some((path) => path.startsWith('node_modules/mysql2/'));
  const budget = EVENT_FUNCTIONS.includes(name)
    ? BUNDLE_BUDGETS.eventBytes
    : hasDatabase
      ? BUNDLE_BUDGETS.databaseBytes
      : BUNDLE_BUDGETS.plainBytes;
  return gzipBytes > budget ? [`${name}: ${gzipBytes} bytes of gzip, its budget is ${budget}`] : [];
}

function contentProblems({ name, contents, externals }: BuildRecord): string[] {
  return BUNDLE_BANS.flatMap(({ banned, except, reason }) => {
    if (except.includes(name)) return [];
    const found = [...Object.keys(contents), ...externals].find((path) => banned.test(path));
    return found === undefined ? [] : [`${name}: holds ${found} (${reason})`];
  });
}
