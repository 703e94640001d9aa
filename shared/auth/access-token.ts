import type { KeyObject } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import {
  audienceOf,
  importTokenKey,
  type SignedToken,
  type SigningKey,
  signToken,
  signView,
  type TokenSubject,
  type View,
  verifyToken,
} from './sign-token.ts';
import { tokensSecretOf } from './tokens-secret.ts';

/** Access tokens of one stage, under the keys of its secret. */
export interface AccessTokens {
  /** Loads the key first: what uses up a code or a token must not find out afterwards that it cannot sign. */
  readonly signer: () => Promise<(subject: TokenSubject, nowMs: number) => Promise<SignedToken>>;
  /** Likewise of views. */
  readonly viewSigner: () => Promise<(view: View) => Promise<string>>;
  /** @throws ApiError TOKEN_EXPIRED, VIEW_ENDED, NOT_SIGNED_IN */
  readonly verify: (token: string, nowMs: number) => Promise<TokenSubject>;
}

/** Whoever forges key ids makes an instance ask the secrets manager once a minute, not at each request. */
const ASK_AGAIN_MS = 60_000;

/**
 * To rotate: add the new key, wait for ten minutes (instances remember the secret that long), make it current, wait for
 * fifteen more, drop the old one. An instance that meets a key id it does not know asks the manager before it refuses.
 */
export function accessTokensOf(
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  clock: Clock = systemClock,
): AccessTokens {
  const readSecret = tokensSecretOf(config, secrets);
  const audience = audienceOf(config.STAGE);
  const imported = new Map<string, KeyObject>();
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const importOnce = (base64: string): KeyObject => {
    const key = imported.get(base64) ?? importTokenKey(base64);
    imported.set(base64, key);
    return key;
  };

  const findKey = async (keyId: string): Promise<KeyObject | null> => {
    let known = (await readSecret()).keys.find(({ id }) => id === keyId);
    if (known === undefined && clock() - askedAtMs >= ASK_AGAIN_MS) {
      askedAtMs = clock();
      known = (await readSecret('refresh')).keys.find(({ id }) => id === keyId);
    }
    return known === undefined ? null : importOnce(known.key);
  };

  const signingKey = async (): Promise<SigningKey> => {
    const { currentKeyId, keys } = await readSecret();
    const current = keys.find(({ id }) => id === currentKeyId);
    if (current === undefined) throw new TypeError('the tokens secret was read without its check');
    return { keyId: currentKeyId, key: importOnce(current.key) };
  };

  return {
    signer: async () => {
      const signing = await signingKey();
      return (subject, nowMs) => signToken(subject, signing, audience, nowMs);
    },
    viewSigner: async () => {
      const signing = await signingKey();
      return (view) => signView(view, signing, audience);
    },
    verify: (token, nowMs) => verifyToken(token, findKey, audience, nowMs),
  };
}
