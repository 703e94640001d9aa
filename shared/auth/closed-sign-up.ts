import { errnoOf } from '../db/error-treatment.ts';
import { ApiError } from '../http/api-error.ts';
import type { Logger } from '../logging/logger.ts';

/** ER_SIGNAL_EXCEPTION, and what the trigger `merchants_sign_up` says. */
const SIGNALLED = 1644;
const WORDS = 'sign-up is closed';

/** What failed because it would have had to open an account while none are opened. @throws ApiError SIGN_UP_CLOSED, else the same error */
export const refuseClosedSignUp =
  (log: Logger) =>
  (error: unknown): never => {
    if (errnoOf(error) !== SIGNALLED || !(error instanceof Error) || !error.message.includes(WORDS)) throw error;
    log('sign_in_refused', { reason: 'sign_up_closed' });
    throw new ApiError('SIGN_UP_CLOSED');
  };
