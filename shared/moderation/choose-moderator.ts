import * as z from 'zod/mini';
import type { Bucket } from '../cos/bucket.ts';
import { MODERATION_SETTING } from './moderation-setting.ts';
import type { Moderator } from './moderator.ts';
import { tencentIms } from './tencent-ims.ts';

export const MODERATION_CONFIG = {
  ...MODERATION_SETTING,
  /** Only where Tencent is the local cloud: `http://127.0.0.1:PORT`. */
  MODERATION_ENDPOINT: z.optional(z.string().check(z.regex(/^https?:\/\/[^/\s]+$/))),
} as const;

export function chooseModerator(
  { MODERATION, MODERATION_ENDPOINT }: z.output<z.ZodMiniObject<typeof MODERATION_CONFIG>>,
  bucket: Bucket,
): Moderator | undefined {
  if (!MODERATION) return undefined;
  return tencentIms({ bucket, bizType: MODERATION.split(':')[1] || undefined, endpoint: MODERATION_ENDPOINT });
}
