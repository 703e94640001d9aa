import type * as z from 'zod/mini';
import { ApiCallError, type CallErrorCode } from './api-call-error.ts';
import { type ClientFetch, sendCall } from './client-request.ts';
import { openKeptAnswers } from './kept-answers.ts';
import type { Operation } from './operation.ts';

export interface ClientOptions {
  /** Scheme and host, without a slash at the end; the paths come from the contract. */
  readonly baseUrl: string;
  readonly fetch: ClientFetch;
  readonly accessToken?: () => string | undefined;
  /**
   * Gets a new access token, and answers whether there is one: the refused call is then made once more. One at a time,
   * however many calls are refused at once, for a refresh token that is used twice ends its session.
   */
  readonly onRefresh?: () => Promise<boolean>;
  readonly language?: 'zh' | 'en';
  /** For one attempt. */
  readonly timeoutMs?: number;
  readonly wait?: (ms: number) => Promise<void>;
}

export interface CallOptions {
  /** Needed by operations that create something. With it a call is repeated when its answer got lost. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

type Callable<I extends z.ZodMiniType, O extends z.ZodMiniType> = Pick<
  Operation<I, O>,
  'name' | 'method' | 'path' | 'input' | 'output' | 'reply' | 'idempotencyKey'
>;

export interface Client {
  /**
   * Calls an operation of the contract and answers its `data`.
   * A GET, and a POST that carries an idempotency key, is tried up to three times when the service is away. A GET that is repeated
   * names the answer that is known, and is told when it still holds (304).
   * @throws ApiCallError
   */
  call<I extends z.ZodMiniType, O extends z.ZodMiniType>(
    operation: Callable<I, O>,
    input: z.input<I>,
    options?: CallOptions,
  ): Promise<z.output<O>>;
}

const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 300;
/** A caller waits no longer than this between attempts; told to wait longer, it is told so. */
const MAX_WAIT_MS = 10_000;
const REFRESHABLE: readonly CallErrorCode[] = ['NOT_SIGNED_IN', 'TOKEN_EXPIRED'];

/** A client of this API without dependencies. Operations are imported one by one, so a page carries those it calls. */
export function createClient(options: ClientOptions): Client {
  const wait = options.wait ?? ((ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)));
  let refreshing: Promise<boolean> | null = null;

  const sending = { ...options, kept: openKeptAnswers() };
  const refreshOnce = (refresh: () => Promise<boolean>): Promise<boolean> => {
    refreshing ??= refresh().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  return {
    async call<I extends z.ZodMiniType, O extends z.ZodMiniType>(
      operation: Callable<I, O>,
      input: z.input<I>,
      callOptions: CallOptions = {},
    ) {
      if (operation.reply === 'raw') throw new TypeError(`${operation.name} is no JSON operation`);
      if (operation.idempotencyKey === 'required' && callOptions.idempotencyKey === undefined) {
        throw new TypeError(`${operation.name} needs an idempotencyKey`);
      }
      const repeatable = operation.method === 'GET' || callOptions.idempotencyKey !== undefined;
      let refreshed = false;
      for (let attempt = 1; ; attempt++) {
        const usedToken = options.accessToken?.();
        try {
          // Not parsed: the server checks its replies in its tests, and a page need not carry the schemas' code.
          return (await sendCall(sending, operation, input, callOptions, usedToken)) as z.output<O>;
        } catch (error) {
          if (!(error instanceof ApiCallError)) throw error;
          const { onRefresh } = options;
          if (onRefresh && !refreshed && usedToken !== undefined && REFRESHABLE.includes(error.code)) {
            refreshed = true;
            // Another call may have renewed the token while this one was under way.
            if (options.accessToken?.() !== usedToken || (await refreshOnce(onRefresh))) continue;
            throw error;
          }
          const waitMs = retryWaitMs(error, attempt);
          if (!repeatable || waitMs === null || callOptions.signal?.aborted) throw error;
          await wait(waitMs);
        }
      }
    },
  };
}

/** Only when nothing, or a service that is away, answered; null: not again. */
function retryWaitMs(error: ApiCallError, attempt: number): number | null {
  if (attempt >= MAX_ATTEMPTS || (error.code !== 'NETWORK' && error.status !== 503)) return null;
  const waitMs = Math.max((error.retryAfterSeconds ?? 0) * 1000, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return waitMs > MAX_WAIT_MS ? null : waitMs;
}
