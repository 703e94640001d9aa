import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import type { InstanceInit } from './inside/instance-messages.ts';
import type { Instance, InstanceOutcome, OutputChunk } from './instance.ts';
import type { InstanceMemory } from './instance-memory.ts';
import { type ScfError, scfError } from './scf-error.ts';

export interface PoolSettings {
  readonly entry: ServiceFunction;
  /** Instances of this function on this machine at once; beyond it an invocation waits, as it would not in the cloud. */
  readonly maxInstances: number;
  /** Of the region's memory, what an event of this function must find room in, or it is refused. */
  readonly memory: InstanceMemory;
  readonly idleMs: number;
  readonly coldStarts: 'always' | 'normal';
  readonly createInstance: () => Instance;
  readonly init: () => Omit<InstanceInit, 'kind' | 'clockOffsetMs'>;
  readonly clockOffsetMs: () => number;
  readonly nowMs: () => number;
}

export interface PoolRun {
  readonly outcome: InstanceOutcome;
  readonly durationMs: number;
  /** null: a warm instance served it. */
  readonly initMs: number | null;
  readonly output: readonly OutputChunk[];
  readonly instanceId: number | null;
}

export interface InstanceState {
  readonly functionName: string;
  readonly id: number;
  readonly pid: number | null;
  readonly state: 'busy' | 'idle';
}

/** The instances of one function: handed out one event at a time, the warmest first. */
export interface FunctionPool {
  readonly run: (requestId: string, eventText: string, onOutput: (chunk: OutputChunk) => void) => Promise<PoolRun>;
  /** Instances started before this serve no further event. */
  readonly reload: () => Promise<void>;
  readonly moveClock: (offsetMs: number) => void;
  readonly reap: () => void;
  readonly instances: () => InstanceState[];
  readonly close: () => Promise<void>;
}

interface Member {
  readonly instance: Instance;
  readonly generation: number;
  busy: boolean;
  usedAtMs: number;
}

export function createFunctionPool(settings: PoolSettings): FunctionPool {
  const { entry, maxInstances, memory, coldStarts } = settings;
  const members = new Set<Member>();
  const queue: (() => void)[] = [];
  let generation = 0;
  let closed = false;

  const remove = async (member: Member): Promise<void> => {
    members.delete(member);
    await member.instance.end();
  };
  const idle = (): Member[] => [...members].filter(({ busy }) => !busy);
  const warmest = (): Member | undefined => idle().sort((a, b) => b.usedAtMs - a.usedAtMs)[0];

  const acquire = async (): Promise<Member> => {
    for (;;) {
      const warm = warmest();
      if (warm) {
        warm.busy = true;
        return warm;
      }
      if (members.size < maxInstances) {
        const cold = { instance: settings.createInstance(), generation, busy: true, usedAtMs: Number.NaN };
        members.add(cold);
        return cold;
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    }
  };
  const release = async (member: Member): Promise<void> => {
    const spent = coldStarts === 'always' || member.generation !== generation || closed || !member.instance.isAlive();
    member.usedAtMs = settings.nowMs();
    if (spent) await remove(member);
    else member.busy = false;
    queue.shift()?.();
  };

  const runOn = async (
    member: Member,
    requestId: string,
    eventText: string,
    onOutput: (chunk: OutputChunk) => void,
  ) => {
    const { instance } = member;
    const startedMs = performance.now();
    let initMs: number | null = null;
    if (Number.isNaN(member.usedAtMs)) {
      const init = { kind: 'init', clockOffsetMs: settings.clockOffsetMs(), ...settings.init() } as const;
      const error = await instance.start(init, entry.initTimeoutSeconds, onOutput);
      initMs = performance.now() - startedMs;
      if (error) return { outcome: { ok: false, error } as const, durationMs: 0, initMs };
    }
    const calledMs = performance.now();
    const outcome = await instance.run({
      requestId,
      eventText,
      clockOffsetMs: settings.clockOffsetMs(),
      timeoutSeconds: entry.timeoutSeconds,
      onOutput,
    });
    return { outcome, durationMs: performance.now() - calledMs, initMs };
  };

  return {
    run: async (requestId, eventText, onOutput) => {
      const output: OutputChunk[] = [];
      const none = { durationMs: 0, initMs: null, output, instanceId: null };
      if (closed)
        return { ...none, outcome: { ok: false, error: scfError('internal', 'the local runtime is closed') } };
      if (!memory.take(entry.memoryMb)) return { ...none, outcome: { ok: false, error: refusal(entry, memory.mb) } };
      try {
        const member = await acquire();
        try {
          const keep = (chunk: OutputChunk): void => {
            output.push(chunk);
            onOutput(chunk);
          };
          const result = await runOn(member, requestId, eventText, keep);
          return { ...result, output, instanceId: member.instance.id };
        } finally {
          await release(member);
        }
      } catch (error) {
        // No instance could be made, as with an environment that the platform would refuse.
        return { ...none, outcome: { ok: false, error: scfError('internal', String(error)) } };
      } finally {
        memory.giveBack(entry.memoryMb);
      }
    },
    reload: async () => {
      generation += 1;
      await Promise.all(idle().map(remove));
    },
    moveClock: (offsetMs) => {
      for (const { instance, busy } of members) if (busy) instance.moveClock(offsetMs);
    },
    reap: () => {
      const beforeMs = settings.nowMs() - settings.idleMs;
      for (const member of idle()) if (member.usedAtMs < beforeMs) void remove(member);
    },
    instances: () =>
      [...members].map(({ instance, busy }) => {
        const state = busy ? 'busy' : 'idle';
        return { functionName: entry.name, id: instance.id, pid: instance.pid, state };
      }),
    close: async () => {
      closed = true;
      await Promise.all([...members].map(remove));
    },
  };
}

/** One more at once than there is memory for is refused, not kept waiting. */
function refusal({ name, reservedConcurrency }: ServiceFunction, mb: number): ScfError {
  const quota = reservedConcurrency === null ? "the region's quota that is not reserved," : 'reserved quota';
  return scfError('concurrency', `Function [ ${name} ] concurrency exceeded ${quota} ${mb} MB`);
}
