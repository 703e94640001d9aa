import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { uploadsRules } from '../../infra/provision/bucket-rules.ts';
import { policyDocument } from '../../infra/provision/policy-document.ts';
import { readService } from '../../infra/serverless/read-service.ts';
import type { Service } from '../../infra/serverless/service.ts';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { type Objects, openObjects } from '../../shared/cos/objects.ts';
import { readSiteConfig } from '../web/site-config.ts';
import type { HeldPolicy } from './cam/is-allowed.ts';
import { localIdentities } from './cam/local-identities.ts';
import { type Cashier, startCashier } from './cashier/start-cashier.ts';
import { type BucketRules, type LocalCos, startLocalCos } from './cos/start-local-cos.ts';
import { openDatabaseGate } from './database-gate.ts';
import { functionEnvironment } from './function-environment.ts';
import { inspectorRoutes } from './inspector/inspector-routes.ts';
import { createInvocationLog } from './inspector/invocation-log.ts';
import { localFaults } from './inspector/local-faults.ts';
import { localKeys } from './local-keys.ts';
import { LOCAL_APP_ID, LOCAL_BUCKET, LOCAL_BUCKET_NAME, LOCAL_NAMES, LOCAL_STAGE } from './local-names.ts';
import { LOCAL_PREFIX, localRoutes } from './local-routes.ts';
import { LOCAL_SMS, localSecrets } from './local-secrets.ts';
import { mediaFolder } from './opt-folder.ts';
import { createCosDispatcher } from './scf/cos-dispatcher.ts';
import { createGateway } from './scf/gateway.ts';
import type { Scf, ScfSettings } from './scf/scf.ts';
import { createScheduler, type Scheduler } from './scf/scheduler.ts';
import { startScf } from './scf/start-scf.ts';
import { startTimers, type Timers } from './scf/timers.ts';
import { type ShiftedClock, shiftedClock } from './shifted-clock.ts';
import { LOCAL_OWNER } from './tencent-api/local-owner.ts';
import { startTencentApi, type TencentApi } from './tencent-api/start-tencent-api.ts';
import { ciStandin } from './tencent-engines/ci-standin.ts';
import { drawPictures } from './tencent-engines/draw-pictures.ts';
import { drawResults, dress, place } from './tencent-engines/draw-results.ts';
import { engineMoods } from './tencent-engines/engine-moods.ts';
import { playFilmModeration } from './tencent-engines/play-film-moderation.ts';
import { playTextModeration, refuseSample } from './tencent-engines/play-text-moderation.ts';
import { startAiartStandin } from './tencent-engines/start-aiart-standin.ts';
import { startEngineStandin } from './tencent-engines/start-engine-standin.ts';
import { refuseMagenta, startModerationStandin } from './tencent-engines/start-moderation-standin.ts';
import { serveWeb } from './web/serve-web.ts';

export interface CloudOptions {
  /** The repository: serverless.yml and the functions' sources. */
  readonly root: string;
  /** `functions/{name}/index.js`, and the cut-out's files under `media/`. */
  readonly distFolder: string;
  /** What runs in place of serverless.yml: a deployed account's state. */
  readonly service?: Service;
  /** What each function's role may do, in place of what the service declares: a deployed account's policies. */
  readonly policies?: ReadonlyMap<string, readonly HeldPolicy[]>;
  /** Of a deployed account, in place of this cloud's own: secrets by their names, and what is set for its bucket. */
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly bucketRules?: BucketRules;
  /** Objects and orders; this cloud's alone while it runs. */
  readonly dataFolder: string;
  /** Keys of the checkout, kept over restarts. */
  readonly keysFile: string;
  readonly database: DatabaseSecret;
  /** The built pages (`buildWeb`), served beside the API; without them there is the API alone. */
  readonly webFolder?: string;
  /** AI_ENGINES of this cloud, played by stand-ins; without it there are none and their cards are closed. */
  readonly engines?: string;
  /** How long one of them that a developer made slow takes for a picture. */
  readonly slowPictureMs?: number;
  /** The functions reach the database through a gate that the inspector can shut. */
  readonly databaseSwitch?: boolean;
  /** Photos and results are looked at by a stand-in of IMS, which refuses what is pure magenta, words by one of TMS, films by one of VM. */
  readonly moderation?: boolean;
  /** 0 (default): a free port. */
  readonly port?: number;
  readonly scf?: Pick<
    ScfSettings,
    'onInvocation' | 'onOutput' | 'copiesOf' | 'coldStarts' | 'idleMs' | 'maxProcesses' | 'maxThreads' | 'nodePath'
  >;
}

export interface Cloud {
  /** What merchants' clients call: `/v1/…` as the custom domain would route it. */
  readonly apiUrl: string;
  /** `{apiUrl}/local`: inbox, cashier, objects, timers, clock. */
  readonly localUrl: string;
  readonly service: Service;
  readonly scf: Scf;
  readonly scheduler: Scheduler;
  readonly clock: ShiftedClock;
  readonly cos: LocalCos;
  readonly objects: Objects;
  readonly cashier: Cashier;
  readonly tencent: TencentApi;
  readonly timers: Timers;
  readonly close: () => Promise<void>;
}

const SMS_REFUSAL = 'FailedOperation.InsufficientBalanceInSmsPackage';
const REGION = 'ap-guangzhou';

/**
 * The whole cloud on this machine's loopback: functions as SCF runs them behind their paths, COS with events, timers, the
 * secrets manager, SMS and the cashier. One process owns it; everything ends with that process.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const clock = shiftedClock();
  const scheduler = createScheduler(clock);
  const keys = localKeys(options.keysFile);
  const front = createServer();
  const apiUrl = await listen(front, options.port ?? 0);
  const localUrl = `${apiUrl}${LOCAL_PREFIX}`;
  await mkdir(options.dataFolder, { recursive: true });
  const cashier = await startCashier({
    clock: clock.now,
    dataFolder: join(options.dataFolder, 'cashier'),
    publicBaseUrl: `${localUrl}/pay`,
  });
  const service = options.service ?? localService(options.root);
  const identities = localIdentities(keys.credentials, options.policies ?? declaredPolicies(service));
  const names = service.functions.map(({ name }) => name);
  const asyncNames = service.functions
    .filter(({ cos, timers }) => cos.length + timers.length > 0)
    .map(({ name }) => name);
  const gate = options.databaseSwitch ? await openDatabaseGate(options.database, options.dataFolder) : null;
  const faults = localFaults(asyncNames, ({ databaseStopped }) => gate?.setShut(databaseStopped));
  let objects: Objects | undefined;
  const bucketObjects = (): Objects => {
    if (!objects) throw new Error('COS has not started yet');
    return objects;
  };
  const moods = engineMoods(() => faults.settings().engines, options.slowPictureMs);
  const engines = await startEngineStandin({
    clock: clock.now,
    drawing: drawResults(bucketObjects, mediaFolder(options.distFolder, 'run-image-step')),
    ...moods.jobs,
  });
  const aiart = await startAiartStandin({ clock: clock.now, drawing: { dress, place }, ...moods.aiart });
  const tencent = await startTencentApi({
    engines,
    aiart,
    moderation: startModerationStandin({ judge: refuseMagenta }),
    texts: playTextModeration({ judge: refuseSample }),
    films: playFilmModeration({ clock: clock.now }),
    clock: clock.now,
    credentials: identities.all,
    mayDo: identities.mayDo,
    secrets: {
      ...localSecrets(LOCAL_STAGE, { database: gate?.secret ?? options.database, keys, cashier }),
      ...options.secrets,
    },
    sms: { ...LOCAL_SMS, refuse: () => (faults.settings().smsRefused ? SMS_REFUSAL : undefined) },
  });
  const log = createInvocationLog();
  let cosUrl = '';
  const scf = await startScf({
    copiesOf: faults.copiesOf,
    ...options.scf,
    service,
    distFolder: options.distFolder,
    clock,
    scheduler,
    environmentOf: (name) =>
      functionEnvironment(service, name, options, {
        role: identities.ofFunction(name),
        bucket: LOCAL_BUCKET,
        apiUrl,
        cosUrl,
        tencentUrl: tencent.url,
      }),
    onInvocation: (record) => {
      log.add(record);
      options.scf?.onInvocation?.(record);
    },
  });
  const dispatch = createCosDispatcher(service, scf);
  const cos = await startLocalCos({
    dataFolder: join(options.dataFolder, 'cos'),
    appId: LOCAL_APP_ID,
    region: REGION,
    clock: clock.now,
    secretKeyOf: identities.find,
    mayDo: identities.mayDo,
    buckets: [{ name: LOCAL_BUCKET_NAME, ...(options.bucketRules ?? uploadsRules(service, ['*'])) }],
    processPicture: ciStandin({ drawing: drawPictures, ...moods.ci }),
    onEvent: dispatch,
  });
  cosUrl = cos.url;
  const timers = startTimers({ service, scf, scheduler });
  objects = openObjects({
    bucket: LOCAL_BUCKET,
    region: REGION,
    endpoint: cos.url,
    credentials: () => keys.credentials,
    clock: clock.now,
  });
  const local = localRoutes({
    clock,
    tencent,
    cashier,
    objects,
    listKeys: (prefix) => cos.keys(LOCAL_BUCKET, prefix),
    timers: timers.names,
    fireTimer: timers.fireNow,
    roleFunctions: service.functions
      .filter(({ http, cos: watched, timers: ticks }) => http === null && watched.length === 0 && ticks.length === 0)
      .map(({ name }) => name),
    invoke: (name, event) => scf.invoke(name, event),
    runLifecycle: () => cos.runLifecycle(),
    invocations: log.list,
    inspector: inspectorRoutes({
      ...{ scf, log, faults, functionNames: names, asyncNames, orders: () => cashier.orders() },
      switches: { engines: options.engines !== undefined, databaseStopped: gate !== null },
    }),
    urls: () => ({
      api: `${apiUrl}/v1`,
      local: localUrl,
      cashier: `${localUrl}/pay/cashier`,
      cos: `${cos.url}/${LOCAL_BUCKET}`,
    }),
  });
  const gateway = createGateway({ service, scf });
  const web = options.webFolder === undefined ? null : webOf(options.root, options.webFolder, cos.url);
  front.on('request', (request, response) => {
    if (local(request, response)) return;
    if (!web || /^\/(v1|ops)\//.test(request.url ?? '')) return gateway(request, response);
    web(request, response).then(
      (answered) => answered || gateway(request, response),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return {
    apiUrl,
    localUrl,
    service,
    scf,
    scheduler,
    clock,
    cos,
    objects,
    cashier,
    tencent,
    timers,
    close: async () => {
      timers.close();
      scheduler.close();
      await closeServer(front);
      await scf.close();
      await Promise.all([cos.close(), cashier.close(), tencent.close(), engines.close(), aiart.close(), gate?.close()]);
    },
  };
}

/** The pages as an operator would publish them, with this machine's bucket; the file is read anew each time. */
function webOf(root: string, folder: string, objectsOrigin: string) {
  const site = () => ({ ...readSiteConfig(join(root, 'web/site.json')), apiOrigin: '', objectsOrigin });
  return serveWeb({ folder, site });
}

/** serverless.yml as an operator would deploy it, with this machine's names. */
export function localService(root: string): Service {
  return readService(root, { stage: LOCAL_STAGE, env: LOCAL_NAMES });
}

/** The very policies that provisioning would make; a function without one has no role. */
export function declaredPolicies({ stage, region, functions }: Service): Map<string, readonly HeldPolicy[]> {
  const names = {
    stage,
    region,
    appId: LOCAL_APP_ID,
    ownerUin: LOCAL_OWNER,
    bucket: LOCAL_BUCKET,
    creatorUin: () => LOCAL_OWNER,
  };
  return new Map(
    functions.flatMap((entry) => {
      const policy = policyDocument(entry, names);
      return policy === null ? [] : [[entry.name, [policy]] as const];
    }),
  );
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
