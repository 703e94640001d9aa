import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CodeOf } from '../../infra/deploy/apply-function.ts';
import { type DesiredFunction, desiredFunction, type LogTopic } from '../../infra/deploy/desired-function.ts';
import { domainTarget } from '../../infra/deploy/domain-target.ts';
import { pacedAccount, pacedCall, type Timing } from '../../infra/deploy/paced-call.ts';
import { packageFunction } from '../../infra/deploy/package-function.ts';
import type { Wanted } from '../../infra/deploy/plan-deploy.ts';
import { openScf, type ScfCall } from '../../infra/deploy/scf-call.ts';
import { openAccount } from '../../infra/provision/account-call.ts';
import { findLogTopic } from '../../infra/provision/log-parts.ts';
import { readService } from '../../infra/serverless/read-service.ts';
import type { Service } from '../../infra/serverless/service.ts';
import { systemClock } from '../../shared/clock.ts';
import { buildFunctions } from '../build/build-functions.ts';
import { readRecord } from '../build/build-record.ts';

export interface DeploymentOptions {
  readonly root: string;
  readonly stage: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where a command runs and what it may say. */
export interface CommandPlace extends DeploymentOptions {
  /** Progress and results, a line each. */
  readonly say: (line: string) => void;
}

/** One stage of the service and the account that it goes to. */
export interface Deployment {
  readonly service: Service;
  readonly namespaces: readonly string[];
  /** Builds and packs, all or only these: seconds when something changed. */
  readonly wanted: (only?: readonly string[], logTopic?: LogTopic | null) => Promise<Wanted>;
  /** Where the functions' logs go; null: nobody has provisioned it. */
  readonly logTopic: () => Promise<LogTopic | null>;
  /** What the domain's CNAME is to lead to. */
  readonly domainTarget: () => Promise<string>;
  readonly timing: Timing;
  readonly codeOf: CodeOf;
  /** Opened when first asked for, so that what stays on this machine needs no keys. */
  readonly call: () => ScfCall;
}

export class DeploymentUnset extends Error {
  override readonly name = 'DeploymentUnset';
}

/** 60 MB through a slow line. */
const UPLOAD_MS = 10 * 60_000;

/** An API request may have 10 MB, and base64 makes four bytes of three. */
const MOST_IN_REQUEST_BYTES = 7_000_000;

export function openDeployment({ root, stage, env }: DeploymentOptions): Deployment {
  const service = readService(root, { stage, env });
  const namespaces = [...new Set(service.functions.map(({ namespace }) => namespace))];
  const timing: Timing = { nowMs: systemClock, sleep: async (ms) => sleep(ms) };
  let call: ScfCall | undefined;
  const account = () => pacedAccount(openAccount({ ...access(env), region: service.region }), timing);
  return {
    service,
    namespaces,
    timing,
    call: () => {
      call ??= pacedCall(openScf({ ...access(env), region: service.region }), timing);
      return call;
    },
    codeOf: async (one) => sendCode(one, service, env),
    logTopic: async () => findLogTopic(account(), `${service.name}-${service.stage}`),
    domainTarget: async () => domainTarget(account(), service.region),
    wanted: async (only, logTopic = null) => ({
      functions: await desiredFunctions(root, service, logTopic, only),
      namespaces,
      customDomain: service.customDomain,
      only,
    }),
  };
}

async function desiredFunctions(
  root: string,
  service: Service,
  logTopic: LogTopic | null,
  only?: readonly string[],
): Promise<DesiredFunction[]> {
  const distFolder = join(root, 'dist');
  await buildFunctions(only ? { only } : {});
  const entries = service.functions.filter(({ name }) => only?.includes(name) ?? true);
  return Promise.all(
    entries.map(async (entry) => {
      const record = await readRecord(distFolder, entry.name);
      const folder = join(distFolder, 'functions', entry.name);
      const modulesFolder = join(root, 'node_modules');
      const { layers } = entry;
      const packaged = packageFunction({ folder, externals: record?.externals ?? [], modulesFolder, layers });
      return desiredFunction(service, entry, packaged, logTopic);
    }),
  );
}

/** The operator's own keys. Names are those of Tencent's command line. @throws DeploymentUnset */
export function access(env: DeploymentOptions['env']) {
  const need = (key: string): string => {
    const value = env[key];
    if (value) return value;
    throw new DeploymentUnset(`${key} is not set: a key of a CAM user who may deploy (docs/deploying.md)`);
  };
  const sessionToken = env['TENCENTCLOUD_SESSION_TOKEN'];
  return {
    credentials: {
      secretId: need('TENCENTCLOUD_SECRET_ID'),
      secretKey: need('TENCENTCLOUD_SECRET_KEY'),
      ...(sessionToken && { sessionToken }),
    },
    endpoint: env['TENCENT_ENDPOINT'],
  };
}

/**
 * Small code goes along with the request; a layer of native parts lies in the code bucket under its hash. What lies there already,
 * since only the configuration changed, is neither packed nor sent again.
 */
async function sendCode({ name, code }: Parameters<CodeOf>[0], { region }: Service, env: DeploymentOptions['env']) {
  const bucket = env['CODE_BUCKET'];
  const isSmall = code.unpackedBytes <= MOST_IN_REQUEST_BYTES;
  const objects = isSmall || !bucket ? null : await openCode(bucket, region, env);
  // V8's cache of the bundle lies in the zip and is good for one engine only.
  const key = `${name}/${code.hash}-node${process.versions.node}.zip`;
  const inBucket = {
    CosBucketName: bucket?.replace(/-\d+$/, '') ?? '',
    CosObjectName: `/${key}`,
    CosBucketRegion: region,
  };
  if (objects && (await objects.has(key))) return inBucket;
  const zip = Buffer.from(await code.zip());
  if (zip.length <= MOST_IN_REQUEST_BYTES) return { ZipFile: zip.toString('base64') };
  if (!objects) {
    throw new DeploymentUnset(
      `CODE_BUCKET is not set: ${name} takes ${Math.round(zip.length / 1e6)} MB, which only a bucket can hand over`,
    );
  }
  await objects.put(key, zip);
  return inBucket;
}

/** The SDK is loaded when a function needs the bucket: an unchanged deploy starts 0.2 s sooner without it. */
async function openCode(bucket: string, region: string, env: DeploymentOptions['env']) {
  const { ObjectNotFound, openObjects } = await import('../../shared/cos/objects.ts');
  const { credentials } = access(env);
  const endpoint = env['TENCENT_COS_ENDPOINT'];
  const objects = openObjects({
    bucket,
    region,
    ...(endpoint && { endpoint }),
    credentials: () => credentials,
    clock: systemClock,
    deadlineMs: UPLOAD_MS,
  });
  return {
    put: (key: string, zip: Uint8Array) => objects.put(key, zip, 'application/zip'),
    has: (key: string) =>
      objects.head(key).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ObjectNotFound) return false;
          throw error;
        },
      ),
  };
}

/** For `--path` and `--data`: an event. */
export function readEvent({ data, path }: { data?: string | undefined; path?: string | undefined }): unknown {
  if (data === undefined && path === undefined) return {};
  try {
    return JSON.parse(data ?? readFileSync(path as string, 'utf8'));
  } catch (error) {
    throw new DeploymentUnset(`${data === undefined ? '--path' : '--data'} is no JSON: ${(error as Error).message}`);
  }
}
