import type { ScfAction, ScfCall, ScfRequest } from './scf-call.ts';

export interface Timing {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Tencent allows 20 calls a second of each action (document/api/583/34415 and its neighbours); other tools need some too. */
const CALLS_PER_SECOND = 14;
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 500;

export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** The call was refused before anything was done, so that it may simply be sent again. */
export const wasThrottled = (error: unknown): boolean => codeOf(error).startsWith('RequestLimitExceeded');

/** Whether the resource is not there. SCF says `ResourceNotFound.Function`, `.FunctionName`, `.Alias`, … by action. */
export const isNotFound = (error: unknown): boolean => codeOf(error).startsWith('ResourceNotFound');

/**
 * It may go better at the next attempt: a busy function, an error of the platform's own, no answer at all. What was asked
 * may have been done, so the whole step is looked at again, not the call repeated.
 */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(RequestLimitExceeded|InternalError|ResourceUnavailable)/.test(code)) return true;
  if (/^FailedOperation\.Function(Name|Version)?Status/.test(code)) return true;
  return /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)/.test(code) || isSdkWithoutAnswer(error);
}

const isSdkWithoutAnswer = (error: unknown): boolean =>
  error instanceof Error &&
  codeOf(error) === '' &&
  /(network|timeout|socket|ECONN|ETIMEDOUT|fetch|invalid json)/i.test(error.message);

/** Whether an action of the account's changes nothing. */
export const isRead = (action: string): boolean => /^(Get|List|Describe|get|head)/.test(action);

/** Sends one call when its action's turn has come. */
type Paced = <T>(key: string, reads: boolean, send: () => Promise<T>) => Promise<T>;

/** Keeps each action within its rate, and sends again what was throttled, and what only reads. */
function createPace({ nowMs, sleep }: Timing): Paced {
  const nextFreeMs = new Map<string, number>();
  const turn = async (key: string): Promise<void> => {
    const atMs = Math.max(nowMs(), nextFreeMs.get(key) ?? 0);
    nextFreeMs.set(key, atMs + 1000 / CALLS_PER_SECOND);
    if (atMs > nowMs()) await sleep(atMs - nowMs());
  };
  return async (key, reads, send) => {
    for (let attempt = 1; ; attempt++) {
      await turn(key);
      try {
        return await send();
      } catch (error) {
        const again = wasThrottled(error) || (reads && isTransient(error));
        if (!again || attempt === ATTEMPTS) throw error;
        await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
      }
    }
  };
}

export function pacedCall(call: ScfCall, timing: Timing): ScfCall {
  const pace = createPace(timing);
  return async <A extends ScfAction>(action: A, request: ScfRequest<A>) =>
    pace(action, isRead(action), () => call(action, request));
}

/** The same for calls that name their service too. */
export function pacedAccount<Place extends string, Request, Answer>(
  call: (place: Place, action: string, request: Request) => Promise<Answer>,
  timing: Timing,
): (place: Place, action: string, request: Request) => Promise<Answer> {
  const pace = createPace(timing);
  return async (place, action, request) =>
    pace(`${place} ${action}`, isRead(action), () => call(place, action, request));
}

/**
 * Runs a step that looks first and then does what is missing, again as long as its failures may pass. @throws the last
 * failure
 */
export async function settle<T>(step: () => Promise<T>, { sleep }: Timing): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
      await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}
