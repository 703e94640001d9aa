import { callTencentApi } from '../config/tencent-api.ts';
import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';
import { askAgain } from './ask-again.ts';
import type { Moderator, PictureToCheck, Verdict } from './moderator.ts';
import { readReply } from './read-reply.ts';

export interface ImsOptions {
  readonly bucket: Bucket;
  /** A policy of the console; the account's default one when it is not said. */
  readonly bizType?: string | undefined;
  /** Only where Tencent is the local cloud. */
  readonly endpoint?: string | undefined;
}

/** IMS has endpoints in these regions; the picture is fetched by URL, from wherever the bucket is. */
const REGION = 'ap-guangzhou';
/** It fetches the picture within 3 s, and once more. */
const TIMEOUT_MS = 10_000;
const READABLE_SECONDS = 300;

/** The picture's own fault (error codes of https://cloud.tencent.com/document/product/1125/53273): asked again it would be said again. */
const UNCHECKABLE =
  /^(InvalidParameter(Value)?\.(Image(AspectRatioTooLarge|DataTooSmall|SizeTooSmall)|InvalidImageContent|InvalidFileContentSize|EmptyImageContent)|ResourceUnavailable\.InvalidImageContent)$/;

/** IMS `ImageModeration` 2020-12-29. */
export const tencentIms =
  (options: ImsOptions): Moderator =>
  (picture) =>
    askAgain<Verdict>(
      () => ask(options, picture),
      (code) => (UNCHECKABLE.test(code) ? { kind: 'uncheckable', code } : undefined),
    );

async function ask(
  { bucket, bizType, endpoint }: ImsOptions,
  { key, dataId, nowMs }: PictureToCheck,
): Promise<Verdict> {
  const readable = { method: 'GET', expiresSeconds: READABLE_SECONDS, nowMs } as const;
  const { url } = presignUrl({ ...bucket, credentials: bucket.credentials(), key, ...readable });
  return readReply(
    await callTencentApi({
      ...{ service: 'ims', version: '2020-12-29', action: 'ImageModeration', region: REGION, endpoint },
      payload: { DataId: dataId, FileUrl: url, Type: 'IMAGE', ...(bizType !== undefined && { BizType: bizType }) },
      ...{ credentials: bucket.credentials(), timeoutMs: TIMEOUT_MS, nowMs },
    }),
  );
}
