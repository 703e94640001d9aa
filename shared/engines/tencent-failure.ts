import { TencentApiError } from '../config/tencent-api.ts';
import { EngineFailure } from './engine.ts';

/** The vendor knows no such job (any more): what it was given is lost, and another attempt gives it again. */
const GONE = /^(FailedOperation\.(Job|Task)Not(Exist|Found)|InvalidParameterValue\.TaskId)$/;
export const isGone = ({ code }: EngineFailure): boolean => GONE.test(code);

/**
 * Codes after which another attempt may do better: limits, shortages and faults of the vendor's own, an account that is out of order
 * (the attempts go by, and the next engine is asked), a job that is lost, and calls of which nobody knows whether they were heard.
 * Everything else (parameters, permissions, moderation) would only be said again. Error codes:
 * https://cloud.tencent.com/document/api/862/37647 (MPS), /document/api/1616/107789 (vclm), and the SDKs' own lists
 * (tencentcloud-sdk-go, mps v20190612 and vclm v20240523, errors.go).
 */
const AGAIN =
  /^(RequestLimitExceeded|LimitExceeded|ResourceInsufficient|ResourceUnavailable|ResourcesSoldOut|InternalError|FailedOperation\.(Inner|Server|Generate|Timeout|Request|JobQueueFull|UnKnow|NetWork)|TaskTimeout|Client\.)/;

export const failureOf = (code: string, cause?: unknown): EngineFailure =>
  new EngineFailure(code || 'Unknown', AGAIN.test(code) || GONE.test(code), cause);

/** What a call threw, as a failure of the attempt; anything that is no answer of Tencent's stays what it is. */
export const asFailure = (error: unknown): unknown =>
  error instanceof TencentApiError ? failureOf(error.code, error) : error;
