import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { logout, refreshSession } from '../../../shared/contract/auth.ts';
import { type Client, createClient } from '../../../shared/contract/client.ts';
import type { Language } from './preferences.ts';

export interface Session {
  readonly client: Client;
  /** Whether there is a session now. @throws ApiCallError when nobody could say */
  readonly resume: () => Promise<boolean>;
  readonly end: () => Promise<void>;
}

const REFRESH_LOCK = 'yiying-refresh';
const RENEWAL = 'yiying.renewal';
const RENEWAL_KEY = /^[\w-]{36}$/;
const ENDED = new Set(['NOT_SIGNED_IN', 'TOKEN_EXPIRED', 'SESSION_REVOKED', 'ACCOUNT_SUSPENDED']);

/**
 * The access token lives in this page's memory alone; the refresh token is a cookie that no script can read. A refresh
 * token used twice ends its session, so tabs take turns: one lock for all pages of this origin. A page that goes away in the
 * middle of a renewal leaves its key behind, by which the next page is given the answer that was lost.
 */
export function openSession(apiOrigin: string, language: () => Language, onEnded: () => void): Session {
  let accessToken: string | undefined;
  const baseUrl = apiOrigin;
  const send = window.fetch.bind(window);
  const plain = () => createClient({ baseUrl, fetch: send, language: language() });

  const refresh = (): Promise<boolean> =>
    inTurn(async () => {
      try {
        accessToken = (await plain().call(refreshSession, {}, { idempotencyKey: renewalKey.take() })).accessToken;
        renewalKey.forget();
        return true;
      } catch (error) {
        if (!(error instanceof ApiCallError) || !ENDED.has(error.code)) throw error;
        renewalKey.forget();
        accessToken = undefined;
        return false;
      }
    });

  const clientFor = new Map<Language, Client>();
  const current = (): Client => {
    const chosen = language();
    const known = clientFor.get(chosen);
    if (known) return known;
    const made = createClient({
      baseUrl,
      fetch: send,
      language: chosen,
      accessToken: () => accessToken,
      onRefresh: async () => {
        const renewed = await refresh();
        if (!renewed) onEnded();
        return renewed;
      },
    });
    clientFor.set(chosen, made);
    return made;
  };

  return {
    client: { call: (operation, input, options) => current().call(operation, input, options) },
    resume: refresh,
    end: async () => {
      await plain().call(logout, {});
      accessToken = undefined;
    },
  };
}

/** Of the renewal that is under way; kept where the next page of this browser finds it, and nobody who has the cookie alone. */
const renewalKey = {
  take: (): string => {
    try {
      const left = localStorage.getItem(RENEWAL);
      if (left !== null && RENEWAL_KEY.test(left)) return left;
      const key = crypto.randomUUID();
      localStorage.setItem(RENEWAL, key);
      return key;
    } catch {
      return crypto.randomUUID(); // no storage: this page alone can ask again
    }
  },
  forget: (): void => {
    try {
      localStorage.removeItem(RENEWAL);
    } catch {
      // there is none
    }
  },
};

async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  // Missing in old browsers and in pages that are not served securely; there two tabs may have to sign in again.
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(REFRESH_LOCK, work) as Promise<Answer>;
}
