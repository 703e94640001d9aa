import * as z from 'zod/mini';

/** `tencent-ims`, or `tencent-ims:BIZTYPE` for a policy of the console. Empty: nothing is checked, and list-features says so. */
export const MODERATION_SETTING = {
  MODERATION: z.optional(z.string().check(z.regex(/^(|tencent-ims(:\w{3,32})?)$/))),
} as const;

export const moderationName = (text: string | undefined): 'off' | 'tencent-ims' => (text ? 'tencent-ims' : 'off');
