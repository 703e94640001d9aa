import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import { reservedMemoryMb } from '../../../infra/serverless/reserved-memory.ts';
import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import { hashOf, writeWhole } from '../../build/build-record.ts';
import { type AsyncOutcome, createAsyncEvents } from './async-events.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { createInstance } from './instance.ts';
import { instanceEnvironment } from './instance-environment.ts';
import { type InstanceMemory, instanceMemory } from './instance-memory.ts';
import { makeInstanceProgram } from './make-instance-program.ts';
import { startProcessHost } from './process-host.ts';
import type { InvocationRecord, InvocationResult, Scf, ScfSettings } from './scf.ts';
import { type ScfError, scfError } from './scf-error.ts';
import { startThreadHost } from './thread-host.ts';

/** Functions of this memory and more do image work: a process each. */
export const PROCESS_FROM_MB = 1024;

const REAP_EVERY_MS = 5_000;

/** Runs the built functions of a service on this machine as SCF would. @throws when NODE_ENV is production */
export async function startScf(settings: ScfSettings): Promise<Scf> {
  if (process.env['NODE_ENV'] === 'production')
    throw new Error('the local runtime does not run with NODE_ENV=production');
  const { service, distFolder, clock, scheduler, onInvocation, copiesOf = () => 1 } = settings;
  const program = await makeInstanceProgram();
  // By content, so that clouds that run at once share it and none leaves one behind.
  const programFile = join(distFolder, 'local', `instance-${hashOf(program)}.cjs`);
  await writeWhole(programFile, program);

  const pools = new Map<string, FunctionPool>();
  const entries = new Map(service.functions.map((entry) => [entry.name, entry]));
  const shared = instanceMemory(PLATFORM_LIMITS.regionConcurrencyMb - reservedMemoryMb(service.functions));
  for (const entry of service.functions)
    pools.set(entry.name, poolOf(entry, settings, { program, programFile, shared }));
  const asyncEvents = createAsyncEvents(scheduler);
  clock.onShift((offsetMs) => {
    for (const pool of pools.values()) pool.moveClock(offsetMs);
  });
  const reaper = setInterval(() => {
    for (const pool of pools.values()) pool.reap();
  }, REAP_EVERY_MS);
  reaper.unref();

  const run = async (entry: ServiceFunction, request: Omit<InvocationRecord, 'functionName' | RunFields>) => {
    const { requestId, eventText } = request;
    const pool = pools.get(entry.name) as FunctionPool; // made above for every entry
    const { outcome, ...figures } = await pool.run(requestId, eventText, (chunk) => {
      settings.onOutput?.(entry.name, requestId, chunk);
    });
    const result = toResult(requestId, outcome);
    const memoryMb = outcome.ok ? outcome.memoryMb : null;
    onInvocation?.({ ...request, ...figures, functionName: entry.name, memoryMb, result });
    return result;
  };

  return {
    invoke: async (functionName, event) => {
      const requestId = randomUUID();
      const entry = entries.get(functionName);
      const eventText = JSON.stringify(event);
      const error = refuse(entry, functionName, eventText, PLATFORM_LIMITS.syncPayloadBytes);
      if (!entry || error) return { ok: false, requestId, error: error ?? notFound(functionName) };
      return run(entry, { requestId, eventText, type: 'sync', attempt: 1, startedAtMs: clock.now() });
    },
    invokeAsync: (functionName, event) => {
      const requestId = randomUUID();
      const entry = entries.get(functionName);
      const eventText = JSON.stringify(event);
      const error = refuse(entry, functionName, eventText, PLATFORM_LIMITS.asyncPayloadBytes);
      if (!entry || error) {
        return { requestId, done: Promise.resolve({ ok: false, attempts: 0, error: error ?? notFound(functionName) }) };
      }
      const deliver = (id: string): Promise<AsyncOutcome> =>
        asyncEvents.accept({
          entry,
          attempt: async (attempt) => {
            const request = { requestId: id, eventText, type: 'async', attempt, startedAtMs: clock.now() } as const;
            const result = await run(entry, request);
            return result.ok ? null : result.error;
          },
        });
      const copies = Array.from({ length: copiesOf(functionName, eventText) }, () => deliver(requestId));
      const lost: AsyncOutcome = {
        ok: false,
        attempts: 0,
        error: scfError('internal', 'the event was lost on purpose'),
      };
      return { requestId, done: Promise.all(copies).then((outcomes) => outcomes[0] ?? lost) };
    },
    settled: asyncEvents.settled,
    reload: async (functionName) => pools.get(functionName)?.reload(),
    instances: () => [...pools.values()].flatMap((pool) => pool.instances()),
    close: async () => {
      clearInterval(reaper);
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

type RunFields = 'durationMs' | 'initMs' | 'memoryMb' | 'instanceId' | 'result' | 'output';

function toResult(
  requestId: string,
  outcome: { ok: true; text: string } | { ok: false; error: ScfError },
): InvocationResult {
  if (!outcome.ok) return { ok: false, requestId, error: outcome.error };
  if (Buffer.byteLength(outcome.text) > PLATFORM_LIMITS.replyBytes) {
    return {
      ok: false,
      requestId,
      error: scfError('replyTooLarge', 'The size of response exceeds the upper limit (6MB)'),
    };
  }
  return { ok: true, requestId, replyText: outcome.text };
}

const notFound = (name: string): ScfError => scfError('functionNotFound', `Function [ ${name} ] not found`);

function refuse(entry: ServiceFunction | undefined, name: string, text: string, limitBytes: number): ScfError | null {
  if (!entry) return notFound(name);
  if (Buffer.byteLength(text) <= limitBytes) return null;
  return scfError('requestTooLarge', `The event exceeds ${limitBytes} bytes`);
}

let nextInstanceId = 1;

function poolOf(
  entry: ServiceFunction,
  settings: ScfSettings,
  run: { program: string; programFile: string; shared: InstanceMemory },
): FunctionPool {
  const { service, distFolder, clock, idleMs = 300_000, coldStarts = 'normal' } = settings;
  const { nodePath } = settings;
  const isProcess = nodePath !== undefined || entry.memoryMb >= PROCESS_FROM_MB;
  const [file = 'index', handler = 'main'] = entry.handler.split('.');
  return createFunctionPool({
    entry,
    memory:
      entry.reservedConcurrency === null ? run.shared : instanceMemory(entry.reservedConcurrency * entry.memoryMb),
    maxInstances: isProcess ? (settings.maxProcesses ?? 2) : (settings.maxThreads ?? 4),
    idleMs,
    coldStarts,
    clockOffsetMs: clock.offsetMs,
    nowMs: clock.now,
    init: () => ({
      file: join(distFolder, 'functions', entry.name, `${file}.js`),
      handler,
      functionName: entry.name,
      namespace: entry.namespace,
      region: service.region,
      memoryMb: entry.memoryMb,
      timeoutSeconds: entry.timeoutSeconds,
    }),
    createInstance: () => {
      const environment = instanceEnvironment(entry, settings);
      const host = { environment, memoryMb: entry.memoryMb, ...(nodePath !== undefined && { nodePath }) };
      return createInstance({
        id: nextInstanceId++,
        memoryMb: entry.memoryMb,
        startHost: (events) =>
          isProcess ? startProcessHost(run.programFile, host, events) : startThreadHost(run.program, host, events),
      });
    },
  });
}
