import { randomBytes, randomFillSync, randomInt } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const MAX_PREFIX = 6;

/** Random bytes drawn in advance, each used once: a draw of its own for each id takes 20 µs, most of it OpenSSL's locks. */
const POOL = Buffer.alloc(64 * RANDOM_CHARS);
let used = POOL.length;

/**
 * `prefix` + a ULID (48 bits of `nowMs`, 80 random bits): 26 characters that sort by time, at most 32 in all.
 * Ids of one millisecond are in no order: instances share nothing, so a monotonic counter would promise what it cannot keep.
 */
export function newId(prefix: string, nowMs: number): string {
  if (!/^[a-z]*_?$/.test(prefix) || prefix.length > MAX_PREFIX) throw new RangeError(`id prefix: ${prefix}`);
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) throw new RangeError('id time: 0 ≤ nowMs < 2^48');
  let time = '';
  for (let rest = nowMs, i = 0; i < TIME_CHARS; i++, rest = Math.floor(rest / 32)) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  let random = '';
  // 256 is a multiple of 32, so the low five bits of a byte are even.
  for (const end = used + RANDOM_CHARS; used < end; used++) random += CROCKFORD.charAt((POOL[used] ?? 0) & 31);
  return prefix + time + random;
}

/** `bytes` random bytes as base64url, without padding. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** `digits` decimal digits (1–14), each value equally likely; `randomInt` rejects instead of taking a remainder. */
export function randomCode(digits: number): string {
  if (!Number.isInteger(digits) || digits < 1 || digits > 14) throw new RangeError('digits: 1–14');
  return randomInt(0, 10 ** digits)
    .toString()
    .padStart(digits, '0');
}
