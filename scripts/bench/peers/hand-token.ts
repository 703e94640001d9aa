import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

export const tokenKeyOf = (secret: string): KeyObject => createSecretKey(Buffer.from(secret));

/** HS256 by hand, as a careful programmer would write it without a library. @returns the subject, or null */
export function checkByHand(token: string, key: KeyObject, nowMs: number): string | null {
  const signatureAt = token.lastIndexOf('.');
  const payloadAt = token.indexOf('.');
  if (payloadAt < 0 || payloadAt === signatureAt) return null;
  const expected = createHmac('sha256', key).update(token.slice(0, signatureAt)).digest();
  const given = Buffer.from(token.slice(signatureAt + 1), 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const header = readPart(token.slice(0, payloadAt));
  const { sub, exp } = readPart(token.slice(payloadAt + 1, signatureAt));
  if (header['alg'] !== 'HS256' || typeof sub !== 'string' || typeof exp !== 'number') return null;
  return exp * 1000 > nowMs ? sub : null;
}

const readPart = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
