import type { Service } from '../../../infra/serverless/service.ts';
import type { ShiftedClock } from '../shifted-clock.ts';
import type { AsyncOutcome } from './async-events.ts';
import type { InstanceState } from './function-pool.ts';
import type { OutputChunk } from './instance.ts';
import type { ScfError } from './scf-error.ts';
import type { Scheduler } from './scheduler.ts';

export type InvocationResult =
  /** `reply` is the function's return value as JSON text. */
  | { readonly ok: true; readonly requestId: string; readonly replyText: string }
  | { readonly ok: false; readonly requestId: string; readonly error: ScfError };

/** One run of a function, as it is kept for inspection. Holds tokens and codes: for the developer's screen only. */
export interface InvocationRecord {
  readonly requestId: string;
  readonly functionName: string;
  readonly type: 'sync' | 'async';
  /** 1 but for retries of an asynchronous event. */
  readonly attempt: number;
  /** By the local cloud's clock. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** null: warm. */
  readonly initMs: number | null;
  readonly memoryMb: number | null;
  readonly instanceId: number | null;
  readonly eventText: string;
  readonly result: InvocationResult;
  readonly output: readonly OutputChunk[];
}

export interface AsyncInvocation {
  readonly requestId: string;
  /** Handled, or dropped after the last retry. */
  readonly done: Promise<AsyncOutcome>;
}

export interface ScfSettings {
  readonly service: Service;
  /** Holds `functions/{name}/index.js`; `local/` below it is used for the instances' program. */
  readonly distFolder: string;
  /** The instance's whole environment, the platform's part (`TENCENTCLOUD_SECRETID`, …) included; asked at each cold start. */
  readonly environmentOf: (functionName: string) => Readonly<Record<string, string>>;
  readonly clock: ShiftedClock;
  readonly scheduler: Scheduler;
  readonly onInvocation?: (record: InvocationRecord) => void;
  readonly onOutput?: (functionName: string, requestId: string, chunk: OutputChunk) => void;
  /** How often an asynchronous event arrives: 1 unless a test wants it lost (0) or doubled (2). */
  readonly copiesOf?: (functionName: string, eventText: string) => number;
  readonly coldStarts?: 'always' | 'normal';
  /** Threads of one function at once. */
  readonly maxThreads?: number;
  /** Processes of one function at once. */
  readonly maxProcesses?: number;
  readonly idleMs?: number;
  /** Another Node than this one: every instance is then a process of it. */
  readonly nodePath?: string;
}

export interface Scf {
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  /** Accepted at once, whatever becomes of it; a function that does not exist or an event over 128 KB is not. */
  readonly invokeAsync: (functionName: string, event: unknown) => AsyncInvocation;
  /** Resolves when no asynchronous event is being handled (waiting for a retry is not being handled). */
  readonly settled: () => Promise<void>;
  readonly reload: (functionName: string) => Promise<void>;
  readonly instances: () => InstanceState[];
  readonly close: () => Promise<void>;
}
