import { createHash, createHmac } from 'node:crypto';
import { randomToken } from '../id.ts';

const TOKEN_BYTES = 32;

/** From each refresh on: a session that is used lives on. */
export const SESSION_LIFE_MS = 30 * 86_400_000;

/** 43 characters of base64url. */
export const newRefreshToken = (): string => randomToken(TOKEN_BYTES);

/** What is stored: 256 random bits need no slow hash and no key. */
export const hashRefreshToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * The token that one of a page's renewals gives: the same for the same token and renewal key, and nobody's guess without ours.
 * @param secret base64 of the secrets manager
 */
export function renewedToken(secret: string, token: string, renewalKey: string): string {
  const key = Buffer.from(secret, 'base64');
  return createHmac('sha256', key).update(`refresh token\n${token}\n${renewalKey}`).digest('base64url');
}
