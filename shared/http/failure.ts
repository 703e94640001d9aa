import { ConfigInvalid } from '../config/read-config.ts';
import { DatabaseUnavailable } from '../db/database-unavailable.ts';
import type { Logger } from '../logging/logger.ts';
import { ApiError } from './api-error.ts';

/** A database that fails over or resumes needs a few seconds. */
const RETRY_AFTER_SECONDS = 5;

/** `build` did not succeed: the secrets manager or the database was away. The next request tries again. */
export class ServicesFailed extends Error {
  override readonly name = 'ServicesFailed';
  constructor(cause: unknown) {
    super('services could not be built', { cause });
  }
}

/** Whatever was thrown, as what the caller may know of it; what the caller may not know is logged here. */
export function asApiError(error: unknown, log: Logger): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ConfigInvalid) {
    log('config_invalid', { problems: error.problems });
    return new ApiError('INTERNAL', { cause: error });
  }
  if (error instanceof DatabaseUnavailable) {
    log('request_unavailable', { outcome: error.outcome, error });
    return new ApiError('UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
  }
  if (error instanceof ServicesFailed) {
    if (error.cause instanceof ConfigInvalid) return asApiError(error.cause, log);
    log('services_failed', { error });
    return new ApiError('UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
  }
  log('request_failed', { error });
  return new ApiError('INTERNAL', { cause: error });
}
