import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 6238's defaults, which are all that common authenticators know: SHA-1, six digits, half a minute. */
const PERIOD_MS = 30_000;
const DIGITS = 6;
/** RFC 6238 §5.2: one step back for the time that typing takes, and one forth for a clock that is ahead. */
const STEPS_AROUND = [0, -1, 1];

const counterAt = (nowMs: number): number => Math.floor(nowMs / PERIOD_MS);

/** The code of the half minute that `counter` counts (RFC 4226 §5.3). */
export function totpCode(secret: Uint8Array, counter: number, digits = DIGITS): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** Which half minute around `nowMs` this is the code of; undefined: of none. */
export function totpCounterOf(secret: Uint8Array, code: string, nowMs: number): number | undefined {
  const given = Buffer.from(code);
  return STEPS_AROUND.map((steps) => counterAt(nowMs) + steps).find((counter) => {
    const expected = Buffer.from(totpCode(secret, counter));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator scans, or is told by hand (`secret`, RFC 4648 base32). */
export function totpUri(secret: Uint8Array, account: string): { uri: string; secret: string } {
  const bits = [...secret].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const text = (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32.charAt(Number.parseInt(five.padEnd(5, '0'), 2)))
    .join('');
  const label = encodeURIComponent(`衣影:${account}`);
  return { uri: `otpauth://totp/${label}?secret=${text}&issuer=${encodeURIComponent('衣影')}`, secret: text };
}
