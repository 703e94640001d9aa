import { createHash } from 'node:crypto';
import { API_KEY_PREFIX } from '../contract/api-keys.ts';
import { randomToken } from '../id.ts';

const KEY_BYTES = 32;
/** As `Authorization: Bearer yk_…`: 46 characters. */
const SENT = /^Bearer +(yk_[\w-]{43})$/i;
const MAYBE = /^Bearer +yk_/i;

export const newApiKey = (): string => API_KEY_PREFIX + randomToken(KEY_BYTES);

/** What is stored: 256 random bits need no slow hash and no key. */
export const hashApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Whether an Authorization header speaks of an API key, well formed or not. */
export const speaksOfApiKey = (header: string): boolean => MAYBE.test(header);

/** The key of an Authorization header; undefined when none of ours can look like that. */
export const apiKeyIn = (header: string): string | undefined => SENT.exec(header)?.[1];
