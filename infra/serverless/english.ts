import { en } from 'zod/locales';
import type { core } from 'zod/mini';

/** How a document is parsed whose broken rules are told in zod's English; zod/mini itself has no words. */
export const ENGLISH: core.ParseContext<core.$ZodIssue> = { error: en().localeError };
