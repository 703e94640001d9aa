import { setTimeout as sleep } from 'node:timers/promises';
import { TencentApiError } from '../config/tencent-api.ts';
import { ModerationUnavailable } from './moderator.ts';

/** A burst of batches waits a little: 100 calls a second of IMS and 1,000 of TMS are what an account has. */
const AGAIN_AFTER_MS = [300, 900];
const PASSING = /^(RequestLimitExceeded|LimitExceeded|InternalError|ResourceUnavailable\.ImageDownloadError|Client\.)/;

const unavailable = (error: TencentApiError): ModerationUnavailable =>
  new ModerationUnavailable(error.code, { cause: error });

/**
 * Of what costs anew each time that it is heard: after a lost answer nobody knows whether it was.
 * @throws ModerationUnavailable
 */
export async function askOnce<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof TencentApiError ? unavailable(error) : error;
  }
}

/**
 * Asks, and after what passes twice more. `verdictOf`: what an error says of the thing itself, if anything.
 * @throws ModerationUnavailable
 */
export async function askAgain<Verdict>(
  ask: () => Promise<Verdict>,
  verdictOf: (code: string) => Verdict | undefined = () => undefined,
): Promise<Verdict> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof TencentApiError)) throw error;
      const verdict = verdictOf(error.code);
      if (verdict !== undefined) return verdict;
      const waitMs = PASSING.test(error.code) ? AGAIN_AFTER_MS[attempt] : undefined;
      if (waitMs === undefined) throw unavailable(error);
      await sleep(waitMs);
    }
  }
}
