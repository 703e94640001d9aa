import { TencentApiError } from '../config/tencent-api.ts';
import { EngineFailure } from './engine.ts';

/**
 * Codes after which another attempt may do better: limits, shortages and faults of the vendor's own, and calls of which
 * nobody knows whether they were heard. Everything else (parameters, permissions, moderation) would only be said again.
 * https://cloud.tencent.com/document/api/862/37647, /1616/107789 (error codes of MPS and vclm).
 */
const AGAIN =
  /^(RequestLimitExceeded|LimitExceeded|ResourceInsufficient|ResourceUnavailable|InternalError|FailedOperation\.(Inner|Server|Generate|Timeout|Request)|TaskTimeout|Client\.)/;

export const failureOf = (code: string, cause?: unknown): EngineFailure =>
  new EngineFailure(code || 'Unknown', AGAIN.test(code), cause);

/** What a call threw, as a failure of the attempt; anything that is no answer of Tencent's stays what it is. */
export const asFailure = (error: unknown): unknown =>
  error instanceof TencentApiError ? failureOf(error.code, error) : error;
