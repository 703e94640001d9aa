import { webcrypto } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { ApiError } from '../http/api-error.ts';

/** Whom a token speaks of, and the session it came from. */
export interface TokenSubject {
  readonly merchantId: string;
  readonly sessionId: string;
}

export interface SignedToken {
  readonly accessToken: string;
  readonly accessExpiresAtMs: number;
}

export interface SigningKey {
  readonly keyId: string;
  readonly key: webcrypto.CryptoKey;
}

/** Answers the key of that id, or null when it is none of ours. */
export type FindKey = (keyId: string) => Promise<webcrypto.CryptoKey | null>;

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt'; // RFC 9068: nothing else that is signed with these keys passes for an access token
const ISSUER = 'yiying';
const LIFE_SECONDS = 15 * 60;

/** Tokens of one stage, and of the operators' console later, are nothing to another. */
export const audienceOf = (stage: string): string => `yiying-${stage}-merchants`;

/** Whole seconds only: the token lives 15 minutes from the second that `nowMs` is in. */
export async function signToken(
  subject: TokenSubject,
  signing: SigningKey,
  audience: string,
  nowMs: number,
): Promise<SignedToken> {
  const issuedAt = Math.floor(nowMs / 1000);
  const expiresAt = issuedAt + LIFE_SECONDS;
  const accessToken = await new SignJWT({ sid: subject.sessionId })
    .setProtectedHeader({ alg: ALGORITHM, kid: signing.keyId, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(subject.merchantId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signing.key);
  return { accessToken, accessExpiresAtMs: expiresAt * 1000 };
}

/**
 * Checks shape, algorithm, key, signature, then claims, in that order: only a token that we signed is ever called expired.
 * @throws ApiError TOKEN_EXPIRED from its expiry's second on; NOT_SIGNED_IN for whatever is not our token
 */
export async function verifyToken(
  token: string,
  findKey: FindKey,
  audience: string,
  nowMs: number,
): Promise<TokenSubject> {
  try {
    const { payload } = await jwtVerify(token, keyFinder(findKey), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience,
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      currentDate: new Date(nowMs),
    });
    return subjectOf(payload);
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) throw new ApiError('TOKEN_EXPIRED', { cause });
    if (cause instanceof errors.JOSEError) throw new ApiError('NOT_SIGNED_IN', { cause });
    throw cause;
  }
}

function keyFinder(findKey: FindKey): JWTVerifyGetKey {
  return async ({ kid }) => {
    const key = kid === undefined ? null : await findKey(kid);
    if (key === null) throw new errors.JWKSNoMatchingKey();
    return key;
  };
}

function subjectOf({ sub, sid }: JWTPayload): TokenSubject {
  if (typeof sub !== 'string' || typeof sid !== 'string') throw new ApiError('NOT_SIGNED_IN');
  return { merchantId: sub, sessionId: sid };
}

/** For HS256 alone; not extractable. `base64` is 32 bytes. */
export function importTokenKey(base64: string): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return webcrypto.subtle.importKey('raw', Buffer.from(base64, 'base64'), algorithm, false, ['sign', 'verify']);
}
