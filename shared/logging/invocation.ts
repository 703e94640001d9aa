import type { Clock } from '../clock.ts';
import { newId } from '../id.ts';
import { createLogger, type Logger, type WriteLine } from './logger.ts';

/** What every run is handed, whatever called it. */
export interface Invocation {
  readonly requestId: string;
  /** The time this invocation began; one value, so that one invocation judges everything by one instant. */
  readonly nowMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** What later invocations name in their lines when this one sets them off: the trace of the caller's `traceparent`, or this request's id. */
  readonly trace: string;
  /** From here on each line of this invocation carries the trace of the request that its work began with; null: none is known. */
  readonly follow: (trace: string | null) => void;
  /** Milliseconds until the platform kills the invocation. */
  readonly remainingMs: () => number;
}

export interface InvocationOptions {
  readonly functionName: string;
  readonly clock: Clock;
  readonly traceparent?: string | undefined;
  readonly requestId?: string | undefined;
  readonly write?: WriteLine | undefined;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUEST_ID = /^[\w-]{1,64}$/;

let warm = false;

/**
 * Reads SCF's context object. Sets `callbackWaitsForEmptyEventLoop = false`: a kept database connection never lets the
 * loop run empty, and an instance that waits for it would run into its timeout.
 */
export function beginInvocation(scfContext: unknown, options: InvocationOptions): Invocation {
  const context = typeof scfContext === 'object' && scfContext !== null ? (scfContext as Record<string, unknown>) : {};
  if ('callbackWaitsForEmptyEventLoop' in context) context['callbackWaitsForEmptyEventLoop'] = false;
  const { clock } = options;
  const nowMs = clock();
  const requestId = [context['request_id'], options.requestId].find(isRequestId) ?? newId('req_', nowMs);
  const coldStart = !warm;
  warm = true;
  const [traceparent, traceId] = TRACEPARENT.exec(options.traceparent ?? '') ?? [];
  const base: Record<string, unknown> = {
    function: options.functionName,
    requestId,
    coldStart,
    ...(traceparent !== undefined && { traceparent }),
  };
  const log = createLogger(base, clock, options.write);
  const follow = (trace: string | null): void => {
    if (trace === null) delete base['trace'];
    else base['trace'] = trace;
  };
  return { requestId, nowMs, clock, log, trace: traceId ?? requestId, follow, remainingMs: remainingOf(context) };
}

const isRequestId = (value: unknown): value is string => typeof value === 'string' && REQUEST_ID.test(value);

function remainingOf(context: Record<string, unknown>): () => number {
  const remaining = context['getRemainingTimeInMillis'];
  return () => {
    const ms: unknown = typeof remaining === 'function' ? remaining.call(context) : undefined;
    return typeof ms === 'number' && Number.isFinite(ms) ? ms : Number.POSITIVE_INFINITY;
  };
}
