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
 * (tencentcloud-sdk-go, mps v20190612, vclm v20240523 and aiart v20221229, errors.go).
 */
const AGAIN =
  /^(RequestLimitExceeded|LimitExceeded|ResourceInsufficient|ResourceUnavailable|ResourcesSoldOut|InternalError|FailedOperation\.(Inner|Server|Console|Rpc|Generate|ImageDownload|Timeout|Request(?!EntityTooLarge)|JobQueueFull|Un[Kk]now|NetWork)|TaskTimeout|Client\.)/;

/**
 * The engine cannot work on this picture, or not on this account; another engine may. What is `Picture.` was found before anything was
 * asked; `Ci.4…` are refusals of 数据万象.
 */
const OF_PICTURE =
  /^(Picture\.|Ci\.4|FailedOperation\.(ImageDecodeFailed|ImageResolutionExceed|ImageSizeExceed|RequestEntityTooLarge)$)/;
export const isOfPicture = ({ code }: EngineFailure): boolean => OF_PICTURE.test(code);

export const failureOf = (code: string, cause?: unknown): EngineFailure =>
  new EngineFailure(code || 'Unknown', AGAIN.test(code) || GONE.test(code), cause);

/** What a call threw, as a failure of the attempt; anything that is no answer of Tencent's stays what it is. */
export const asFailure = (error: unknown): unknown =>
  error instanceof TencentApiError ? failureOf(error.code, error) : error;
