import { randomBytes, randomInt } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const MAX_PREFIX = 6;

/**
 * `prefix` + a ULID (48 bits of `nowMs`, 80 random bits): 26 characters that sort by time, at most 32 in all.
 * Ids of one millisecond are in no order: instances share nothing, so a monotonic counter would promise what it cannot keep.
 */
export function newId(prefix: string, nowMs: number): string {
  return idTime(prefix, nowMs) + randomLetters(RANDOM_CHARS);
}

/** Sorts before every id of `atMs` and later, and after every earlier one. */
export const firstIdOf = (prefix: string, atMs: number): string => idTime(prefix, atMs) + '0'.repeat(RANDOM_CHARS);

function idTime(prefix: string, nowMs: number): string {
  if (!/^[a-z]*_?$/.test(prefix) || prefix.length > MAX_PREFIX) throw new RangeError(`id prefix: ${prefix}`);
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) throw new RangeError('id time: 0 ≤ nowMs < 2^48');
  let time = '';
  for (let rest = nowMs, i = 0; i < TIME_CHARS; i++, rest = Math.floor(rest / 32)) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  return prefix + time;
}

/** `chars` of Crockford's 32 letters and digits, five random bits each. */
export function randomLetters(chars: number): string {
  // 256 is a multiple of 32, so the low five bits of a byte are even.
  let letters = '';
  for (const byte of randomBytes(chars)) letters += CROCKFORD.charAt(byte & 31);
  return letters;
}

/** `bytes` random bytes as base64url, without padding. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** From 0 up to 1, 1 excluded: for waits that are not to end together. */
export const randomFraction = (): number => randomInt(0, 2 ** 32) / 2 ** 32;

/** `digits` decimal digits (1–14), each value equally likely; `randomInt` rejects instead of taking a remainder. */
export function randomCode(digits: number): string {
  if (!Number.isInteger(digits) || digits < 1 || digits > 14) throw new RangeError('digits: 1–14');
  return randomInt(0, 10 ** digits)
    .toString()
    .padStart(digits, '0');
}
