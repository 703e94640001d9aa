import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { callTencentApi, TencentApiError } from '../config/tencent-api.ts';
import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';
import { ModerationUnavailable, type Moderator, type PictureToCheck, type Verdict } from './moderator.ts';

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
/** 100 calls a second is what an account has; a burst of batches waits a little. */
const AGAIN_AFTER_MS = [300, 900];

const Reply = z.object({
  Suggestion: z.enum(['Block', 'Review', 'Pass']),
  Label: z.nullish(z.string()),
  SubLabel: z.nullish(z.string()),
  Score: z.nullish(z.number()),
  FileMD5: z.nullish(z.string()),
  RequestId: z.nullish(z.string()),
});

/** The picture's own fault (error codes of https://cloud.tencent.com/document/product/1125/53273): asked again it would be said again. */
const UNCHECKABLE =
  /^(InvalidParameter(Value)?\.(Image(AspectRatioTooLarge|DataTooSmall|SizeTooSmall)|InvalidImageContent|InvalidFileContentSize|EmptyImageContent)|ResourceUnavailable\.InvalidImageContent)$/;
const PASSING = /^(RequestLimitExceeded|LimitExceeded|InternalError|ResourceUnavailable\.ImageDownloadError|Client\.)/;

/**
 * IMS `ImageModeration` 2020-12-29. `Review` counts as a refusal: nobody here would look again. What is neither a clear pass nor a
 * clear refusal is ModerationUnavailable.
 */
export function tencentIms(options: ImsOptions): Moderator {
  return async function moderate(picture) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask(options, picture);
      } catch (error) {
        if (!(error instanceof TencentApiError)) throw error;
        if (UNCHECKABLE.test(error.code)) return { kind: 'uncheckable', code: error.code };
        const waitMs = PASSING.test(error.code) ? AGAIN_AFTER_MS[attempt] : undefined;
        if (waitMs === undefined) throw new ModerationUnavailable(error.code, { cause: error });
        await sleep(waitMs);
      }
    }
  };
}

async function ask(
  { bucket, bizType, endpoint }: ImsOptions,
  { key, dataId, nowMs }: PictureToCheck,
): Promise<Verdict> {
  const readable = { method: 'GET', expiresSeconds: READABLE_SECONDS, nowMs } as const;
  const { url } = presignUrl({ ...bucket, credentials: bucket.credentials(), key, ...readable });
  const reply = Reply.safeParse(
    await callTencentApi({
      ...{ service: 'ims', version: '2020-12-29', action: 'ImageModeration', region: REGION, endpoint },
      payload: { DataId: dataId, FileUrl: url, Type: 'IMAGE', ...(bizType !== undefined && { BizType: bizType }) },
      ...{ credentials: bucket.credentials(), timeoutMs: TIMEOUT_MS, nowMs },
    }),
  );
  if (!reply.success) throw new ModerationUnavailable('Client.BadReply', { cause: reply.error });
  const { Suggestion, Label, SubLabel, Score, FileMD5, RequestId } = reply.data;
  if (Suggestion === 'Pass') return { kind: 'passed', md5: FileMD5?.toLowerCase() || undefined };
  const score = Math.min(100, Math.max(0, Math.round(Score ?? 0)));
  const about = { label: Label ?? '', subLabel: SubLabel ?? '', score, requestId: RequestId ?? '' };
  return { kind: 'refused', suggestion: Suggestion, ...about };
}
