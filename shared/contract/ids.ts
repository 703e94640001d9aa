import * as z from 'zod/mini';

/** An id of one kind: its prefix and a ULID. */
export const idOf = (prefix: string) => z.string().check(z.regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`)));
