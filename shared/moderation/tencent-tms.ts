import type { Credentials } from '../config/credentials.ts';
import { callTencentApi } from '../config/tencent-api.ts';
import { askAgain } from './ask-again.ts';
import type { TextModerator } from './moderator.ts';
import { readReply } from './read-reply.ts';

export interface TmsOptions {
  readonly credentials: () => Credentials;
  /** A policy of the console; the account's default one when it is not said. */
  readonly bizType?: string | undefined;
  /** Only where Tencent is the local cloud. */
  readonly endpoint?: string | undefined;
}

const REGION = 'ap-guangzhou';
const TIMEOUT_MS = 10_000;

/**
 * TMS `TextModeration` 2020-12-29: the text as base64 of UTF-8. Its error codes (too long, no base64, no right, no package left) are
 * none of the text's: they all mean that nobody has read it. https://cloud.tencent.com/document/product/1124/51860
 */
export const tencentTms =
  ({ credentials, bizType, endpoint }: TmsOptions): TextModerator =>
  ({ text, dataId, nowMs }) =>
    askAgain(async () =>
      readReply(
        await callTencentApi({
          ...{ service: 'tms', version: '2020-12-29', action: 'TextModeration', region: REGION, endpoint },
          payload: {
            Content: Buffer.from(text, 'utf8').toString('base64'),
            ...{ DataId: dataId, Type: 'TEXT', ...(bizType !== undefined && { BizType: bizType }) },
          },
          ...{ credentials: credentials(), timeoutMs: TIMEOUT_MS, nowMs },
        }),
      ),
    );
