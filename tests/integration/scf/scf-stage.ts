import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Service, ServiceFunction } from '../../../infra/serverless/service.ts';
import { buildFunctions } from '../../../scripts/build/build-functions.ts';
import type { InvocationRecord, Scf, ScfSettings } from '../../../scripts/local/scf/scf.ts';
import { createScheduler, type Scheduler } from '../../../scripts/local/scf/scheduler.ts';
import { startScf } from '../../../scripts/local/scf/start-scf.ts';
import { type ShiftedClock, shiftedClock } from '../../../scripts/local/shifted-clock.ts';

export const FIXTURE_FUNCTIONS = fileURLToPath(new URL('../../fixtures/functions', import.meta.url));

export interface ScfStage {
  readonly scf: Scf;
  readonly service: Service;
  readonly clock: ShiftedClock;
  readonly scheduler: Scheduler;
  readonly records: InvocationRecord[];
  readonly close: () => Promise<void>;
}

/** Where the fixture functions were built, and how to remove them. */
export async function buildFixtures(): Promise<{ distFolder: string; remove: () => Promise<void> }> {
  const distFolder = await mkdtemp(join(tmpdir(), 'scf-stage-'));
  await buildFunctions({ functionsFolder: FIXTURE_FUNCTIONS, distFolder, cache: false });
  return { distFolder, remove: () => rm(distFolder, { recursive: true, force: true }) };
}

export function fixtureService(entries: Readonly<Record<string, Partial<ServiceFunction>>>): Service {
  const functions = Object.entries(entries).map(([name, entry]) => ({ ...DEFAULTS, name, ...entry }));
  const rules = functions.flatMap(({ name, namespace, http }) =>
    http ? [{ path: http.path, namespace, functionName: name }] : [],
  );
  const customDomain = { domain: 'api.example.com', protocol: 'HTTP' as const, certificateId: null, rules };
  const place = { name: 'fixtures', stage: 'test', region: 'ap-guangzhou', runtime: 'Nodejs20.19', vpc: null };
  return { ...place, customDomain, databaseConnections: null, functions };
}

const DEFAULTS: ServiceFunction = {
  name: '',
  namespace: 'fixtures-test',
  description: '',
  source: '',
  handler: 'index.main',
  memoryMb: 256,
  timeoutSeconds: 10,
  initTimeoutSeconds: 30,
  access: { secrets: [], objects: {}, apis: [] },
  role: null,
  environment: {},
  layers: [],
  reservedConcurrency: null,
  ignoreSysLog: false,
  asyncInvoke: { retries: 2, maxAgeSeconds: 21_600 },
  deadLetter: null,
  http: null,
  cos: [],
  timers: [],
};

export async function startStage(
  distFolder: string,
  entries: Readonly<Record<string, Partial<ServiceFunction>>>,
  settings: Partial<ScfSettings> = {},
): Promise<ScfStage> {
  const clock = shiftedClock();
  const scheduler = createScheduler(clock);
  const records: InvocationRecord[] = [];
  const service = fixtureService(entries);
  const scf = await startScf({
    service,
    distFolder,
    clock,
    scheduler,
    environmentOf: () => ({ STAGE: 'test' }),
    onInvocation: (record) => records.push(record),
    ...settings,
  });
  const close = async (): Promise<void> => {
    scheduler.close();
    await scf.close();
  };
  return { scf, service, clock, scheduler, records, close };
}

/** The reply's value. @throws with the platform's error when there is none */
export async function replyOf(scf: Scf, name: string, event: unknown = {}): Promise<unknown> {
  const result = await scf.invoke(name, event);
  if (!result.ok)
    throw new Error(`${result.error.statusCode} ${result.error.errorMessage} ${result.error.stackTrace ?? ''}`);
  return JSON.parse(result.replyText);
}
