import type * as z from 'zod/mini';
import type { Bucket } from '../cos/bucket.ts';
import { chooseModerator, type MODERATION_CONFIG } from './choose-moderator.ts';
import type { FilmModerator, Moderator, TextModerator } from './moderator.ts';
import { tencentTms } from './tencent-tms.ts';
import { tencentVm } from './tencent-vm.ts';

/** Who looks at pictures, and who reads what merchants write: both or neither. */
export function chooseModerators(
  config: z.output<z.ZodMiniObject<typeof MODERATION_CONFIG>>,
  bucket: Bucket,
): { moderator?: Moderator; textModerator?: TextModerator } {
  const moderator = chooseModerator(config, bucket);
  if (!moderator) return {};
  const bizType = config.MODERATION?.split(':')[2] || undefined;
  const { credentials } = bucket;
  return { moderator, textModerator: tencentTms({ credentials, bizType, endpoint: config.MODERATION_ENDPOINT }) };
}

/** Who looks at pictures and at films that an engine has made: both or neither. */
export function chooseResultModerators(
  config: z.output<z.ZodMiniObject<typeof MODERATION_CONFIG>>,
  bucket: Bucket,
): { moderator?: Moderator; filmModerator?: FilmModerator } {
  const moderator = chooseModerator(config, bucket);
  if (!moderator) return {};
  const bizType = config.MODERATION?.split(':')[3];
  return { moderator, filmModerator: tencentVm({ bucket, bizType, endpoint: config.MODERATION_ENDPOINT }) };
}
