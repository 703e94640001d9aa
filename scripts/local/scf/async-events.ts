import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import { SCF_ERRORS, type ScfError } from './scf-error.ts';
import type { Scheduler } from './scheduler.ts';

/** The platform's interval between two tries of an asynchronous event. */
export const RETRY_INTERVAL_MS = 60_000;

export type AsyncOutcome =
  | { readonly ok: true; readonly attempts: number }
  | { readonly ok: false; readonly attempts: number; readonly error: ScfError };

export interface AsyncEvent {
  readonly entry: ServiceFunction;
  /** One run; null when it gave a reply. */
  readonly attempt: (attempt: number) => Promise<ScfError | null>;
}

export interface AsyncEvents {
  /** Resolves when the event is done with: handled, or dropped after its last retry. */
  readonly accept: (event: AsyncEvent) => Promise<AsyncOutcome>;
  /** Resolves when no event is being handled; those that wait for a retry do not count. */
  readonly settled: () => Promise<void>;
}

/**
 * Asynchronous invocation (COS, timers): at least once, retried on the local cloud's clock. After an error of the run
 * itself `asyncInvoke.retries` times, a minute apart; after one of the system (concurrency) every minute until the
 * event's age reaches `maxAgeSeconds`. Then it is dropped: no dead-letter queue is configured.
 */
export function createAsyncEvents(scheduler: Scheduler): AsyncEvents {
  const running = new Set<Promise<unknown>>();

  const accept = ({ entry, attempt }: AsyncEvent): Promise<AsyncOutcome> => {
    const acceptedAtMs = scheduler.nowMs();
    let attempts = 0;
    let runFailures = 0;
    return new Promise((resolve, reject) => {
      const tryOnce = async (): Promise<void> => {
        attempts += 1;
        const error = await attempt(attempts);
        if (error === null) return resolve({ ok: true, attempts });
        if (SCF_ERRORS[error.kind].retry === 'run') runFailures += 1;
        const nextMs = scheduler.nowMs() + RETRY_INTERVAL_MS;
        const tooOld = nextMs - acceptedAtMs > entry.asyncInvoke.maxAgeSeconds * 1000;
        const isFinal = SCF_ERRORS[error.kind].retry === 'never' || runFailures > entry.asyncInvoke.retries || tooOld;
        if (isFinal) return resolve({ ok: false, attempts, error });
        scheduler.at(nextMs, track);
      };
      const track = (): Promise<void> => {
        const run = tryOnce().catch(reject);
        running.add(run);
        void run.finally(() => running.delete(run));
        return run;
      };
      void track();
    });
  };
  return {
    accept,
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
