import * as z from 'zod/mini';

/**
 * `tencent-ims`: IMS looks at pictures and TMS reads texts. `tencent-ims:BIZTYPE`, `tencent-ims:BIZTYPE:TEXT_BIZTYPE` and
 * `tencent-ims::TEXT_BIZTYPE` name their policies of the console. Empty: nothing is checked, and list-features says so.
 */
export const MODERATION_SETTING = {
  MODERATION: z.optional(z.string().check(z.regex(/^(|tencent-ims(:\w{3,32}|:(\w{3,32})?:\w{3,32})?)$/))),
} as const;

export const moderationName = (text: string | undefined): 'off' | 'tencent-ims' => (text ? 'tencent-ims' : 'off');
