import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';
import { ACCESS_TOKEN_SECONDS } from '../access-token-seconds.ts';
import { ApiError } from '../http/api-error.ts';

/** Whom a token speaks of, and the session it came from. */
export interface TokenSubject {
  readonly merchantId: string;
  readonly sessionId: string;
  /** Of a token by which an operator looks at what this merchant sees: the session is the operator's then. */
  readonly viewId?: string;
}

/** Who looks as whom, and for how long. */
export interface View extends TokenSubject {
  readonly viewId: string;
  readonly operatorId: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface SignedToken {
  readonly accessToken: string;
  readonly accessExpiresAtMs: number;
}

export interface SigningKey {
  readonly keyId: string;
  readonly key: KeyObject;
}

/** Answers the key of that id, or null when it is none of ours. */
export type FindKey = (keyId: string) => Promise<KeyObject | null>;

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt'; // RFC 9068: nothing else that is signed with these keys passes for an access token
/** Reads where an operation says so, and nothing else: whoever knows access tokens alone takes it for none. */
const VIEW_TYPE = 'view+jwt';
const ISSUER = 'yiying';

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
  const expiresAt = issuedAt + ACCESS_TOKEN_SECONDS;
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

/** The merchant is the subject and the operator the actor (RFC 8693 §4.1). The same view is the same token. */
export async function signView(view: View, signing: SigningKey, audience: string): Promise<string> {
  return new SignJWT({ sid: view.sessionId, vid: view.viewId, act: { sub: view.operatorId } })
    .setProtectedHeader({ alg: ALGORITHM, kid: signing.keyId, typ: VIEW_TYPE })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(view.merchantId)
    .setIssuedAt(Math.floor(view.createdAtMs / 1000))
    .setExpirationTime(Math.floor(view.expiresAtMs / 1000))
    .sign(signing.key);
}

/**
 * Checks shape, algorithm, key, signature, then claims, in that order: only a token that we signed is ever called expired.
 * By node:crypto, not by jose: one HMAC in this thread takes 3 µs, jose's way over WebCrypto's thread pool 23 to 90, a
 * third of what a request costs in this process. The tests' oracle is jose.
 * @throws ApiError TOKEN_EXPIRED, of a view VIEW_ENDED, from its expiry's second on; NOT_SIGNED_IN for whatever is not our token
 */
export async function verifyToken(
  token: string,
  findKey: FindKey,
  audience: string,
  nowMs: number,
): Promise<TokenSubject> {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) throw notOurs();
  const { alg, kid, typ, crit } = readPart(head);
  // `crit` names headers that must be understood (RFC 7515 §4.1.11), and we understand none.
  if (alg !== ALGORITHM || (typ !== TYPE && typ !== VIEW_TYPE) || crit !== undefined || typeof kid !== 'string')
    throw notOurs();
  const key = await findKey(kid);
  if (key === null || !isSignedBy(key, `${head}.${body}`, signature)) throw notOurs();
  return subjectOf(readPart(body), { isView: typ === VIEW_TYPE, audience, nowMs });
}

const notOurs = (): ApiError => new ApiError('NOT_SIGNED_IN');

function readPart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below; the parser's message would quote the token.
  }
  throw notOurs();
}

/** Compares texts, not bytes: of several texts that decode to one signature only the canonical one is good. */
function isSignedBy(key: KeyObject, signed: string, signature: string): boolean {
  const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64url'), 'latin1');
  const given = Buffer.from(signature, 'latin1');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function subjectOf(
  claims: Record<string, unknown>,
  { isView, audience, nowMs }: { readonly isView: boolean; readonly audience: string; readonly nowMs: number },
): TokenSubject {
  const { iss, aud, sub, sid, vid, iat, exp, nbf } = claims;
  if (iss !== ISSUER || aud !== audience || typeof sub !== 'string' || typeof sid !== 'string') throw notOurs();
  if (typeof iat !== 'number' || typeof exp !== 'number') throw notOurs();
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf * 1000 <= nowMs)) throw notOurs();
  if (isView && typeof vid !== 'string') throw notOurs();
  if (exp * 1000 <= nowMs) throw new ApiError(isView ? 'VIEW_ENDED' : 'TOKEN_EXPIRED');
  return { merchantId: sub, sessionId: sid, ...(isView && typeof vid === 'string' && { viewId: vid }) };
}

/** For HS256 alone. `base64` is 32 bytes. */
export const importTokenKey = (base64: string): KeyObject => createSecretKey(Buffer.from(base64, 'base64'));
