import { describe, expect, it } from 'vitest';
import { EngineFailure } from '../../../shared/engines/engine.ts';
import { failureOf, isGone, isOfPicture } from '../../../shared/engines/tencent-failure.ts';
import { codeOf } from '../../../shared/tasks/provider/fail-attempt.ts';

/** As the vendor's own lists explain them: MPS /document/api/862/37647, vclm /document/api/1616/107789. */
const AGAIN = [
  ...['RequestLimitExceeded', 'RequestLimitExceeded.JobNumExceed', 'RequestLimitExceeded.UinLimitExceeded'],
  ...['FailedOperation.JobQueueFull', 'FailedOperation.InnerError', 'FailedOperation.ServerError'],
  ...['FailedOperation.RequestTimeout', 'FailedOperation.UnKnowError', 'FailedOperation.NetWorkError'],
  ...['FailedOperation.GenerateResource', 'InternalError', 'InternalError.AccessDBError', 'ResourceInsufficient'],
  ...['ResourceUnavailable.InArrears', 'ResourcesSoldOut.ChargeStatusException', 'LimitExceeded', 'Client.Timeout'],
];
const AGAIN_AT_AIART = [
  ...['FailedOperation.RpcFail', 'FailedOperation.Unknown', 'FailedOperation.ConsoleServerError'],
  ...['FailedOperation.GenerateImageFailed', 'FailedOperation.ImageDownloadError', 'ResourceUnavailable.StopUsing'],
];
/** What one engine cannot take, another may. */
const OF_PICTURE = [
  ...['FailedOperation.ImageDecodeFailed', 'FailedOperation.ImageResolutionExceed', 'FailedOperation.ImageSizeExceed'],
  ...['FailedOperation.RequestEntityTooLarge', 'Ci.400.InvalidArgument', 'Picture.TooLarge'],
];
const LOST = ['FailedOperation.JobNotExist', 'FailedOperation.JobNotFound', 'FailedOperation.TaskNotExist'];
const LOST_AT_MPS = ['FailedOperation.TaskNotFound', 'InvalidParameterValue.TaskId'];
const REFUSED = [
  ...['FailedOperation.ModerationFailed', 'FailedOperation.TextModerationNotPass', 'InvalidParameter.ViolationContent'],
  ...['OperationDenied.ImageIllegalDetected', 'OperationDenied.TextIllegalDetected', 'ContentModerationFailed'],
];
const OURS = [
  ...['AuthFailure', 'UnauthorizedOperation', 'InvalidParameter', 'InvalidParameterValue.UrlIllegal'],
  ...['FailedOperation.ImageDecodeFailed', 'FailedOperation.ImageResolutionExceed', 'UnsupportedOperation', ''],
];

describe("a vendor's code", () => {
  it.each([...AGAIN, ...AGAIN_AT_AIART])('%s is worth another attempt', (code) => {
    expect([failureOf(code).retryable, isGone(failureOf(code))]).toEqual([true, false]);
  });
  it.each([...LOST, ...LOST_AT_MPS])('%s means that the job is lost, and is given again', (code) => {
    expect([failureOf(code).retryable, isGone(failureOf(code))]).toEqual([true, true]);
  });
  it.each(REFUSED)('%s is a refusal of the content, final, and tells the merchant so', (code) => {
    expect([failureOf(code).retryable, codeOf(failureOf(code))]).toEqual([false, 'CONTENT_REFUSED']);
  });
  it.each(OURS)('%j would be said again, and is no word about the content', (code) => {
    expect([failureOf(code).retryable, codeOf(failureOf(code))]).toEqual([false, 'PROCESSING_FAILED']);
  });
  it.each(OF_PICTURE)('%s is of this picture at this engine', (code) => {
    expect([failureOf(code).retryable, isOfPicture(failureOf(code))]).toEqual([false, true]);
  });
  it.each([...AGAIN, ...REFUSED, 'InvalidParameterValue.UrlIllegal'])('%s is not of the picture', (code) => {
    expect(isOfPicture(failureOf(code))).toBe(false);
  });
  it('cannot carry more than a code', () => {
    expect(new EngineFailure('a b\n<script>', true).code).toBe('a_b__script_');
  });
});
