import * as z from 'zod/mini';

/**
 * `tencent-ims`: IMS looks at pictures, TMS reads texts and VM looks at films. `tencent-ims:BIZTYPE:TEXT_BIZTYPE:FILM_BIZTYPE` names
 * their policies of the console, each of which may be left out (`tencent-ims::TEXT_BIZTYPE`). Empty: nothing is checked, and
 * list-features says so.
 */
export const MODERATION_SETTING = {
  MODERATION: z.optional(z.string().check(z.regex(/^(|tencent-ims((:(\w{3,32})?){0,2}:\w{3,32})?)$/))),
} as const;

export const moderationName = (text: string | undefined): 'off' | 'tencent-ims' => (text ? 'tencent-ims' : 'off');
