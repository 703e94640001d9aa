import type { ErrorCode } from '../../../shared/contract/errors.ts';
import type { Acknowledged } from '../../../shared/ops/audit-acknowledged.ts';
import type { AnswerLog } from './answer-log.ts';
import type { LoadMerchant } from './load-merchant.ts';

/** One thing that a client wants done once, however often it has to ask. */
export interface Intent {
  readonly kind: 'task' | 'order';
  readonly merchant: LoadMerchant;
  readonly input: unknown;
  /** The idempotency keys that were sent: one, unless a fault is planted in the client. */
  readonly keys: string[];
  /** The task or order that was answered. */
  id?: string;
}

/** What the clients of one round asked for, were told, and complain of. */
export interface LoadRecord extends AnswerLog {
  readonly intents: Intent[];
  readonly told: Acknowledged[];
  /** Refusals and silences by status (0: no answer). */
  readonly failures: Map<number, number>;
  /** Resolves with the wait from `sinceMs` (by performance.now) to the first answer after it; null when none came. */
  readonly firstSuccess: (sinceMs: number, withinMs: number) => Promise<number | null>;
}

export function newLoadRecord(excused: readonly ErrorCode[] = []): LoadRecord {
  const failures = new Map<number, number>();
  let waiting: (() => void) | undefined;
  return {
    intents: [],
    told: [],
    excused,
    wrong: [],
    failures,
    noteSuccess: () => waiting?.(),
    noteFailure: ({ status }) => void failures.set(status, (failures.get(status) ?? 0) + 1),
    firstSuccess: (sinceMs, withinMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(null), withinMs);
        waiting = () => {
          clearTimeout(timer);
          waiting = undefined;
          resolve(performance.now() - sinceMs);
        };
      }),
  };
}
