import * as z from 'zod/mini';
import { refuseForeignOrigin } from '../http/cors.ts';
import type { CallerContext } from '../http/http-function.ts';
import { SESSION_LIFE_MS } from './refresh-token.ts';

const NAME = 'yiying_refresh';
const TOKEN = /^[\w-]{43}$/;
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** The refresh token that a request brought, and the way it came: the next one goes back the same way. */
export interface PresentedToken {
  readonly token: string | null;
  readonly via: 'cookie' | 'body';
  /** The token is dead: a browser is told to forget it. */
  readonly discard: () => void;
}

export interface RefreshCookie {
  /**
   * The body's token goes first: whoever knows it needs no cookie. A cookie speaks only for our own pages.
   * @throws ApiError ORIGIN_REFUSED
   */
  readonly read: (context: CookieContext, fromBody: string | undefined) => PresentedToken;
  readonly set: (context: CookieContext, token: string) => void;
}

type CookieContext = Pick<CallerContext, 'request' | 'webOrigins' | 'setCookie'>;

export const COOKIE_CONFIG = { COOKIE_INSECURE: z._default(z.enum(['0', '1']), '0') } as const;

/**
 * `COOKIE_INSECURE=1` leaves out `Secure` where the page itself is plain HTTP on loopback (the local cloud), and nowhere
 * else. Not `__Host-`: that prefix wants `Path=/`, and the cookie is of no use outside /v1.
 */
export function refreshCookie(config: { readonly COOKIE_INSECURE: '0' | '1' }): RefreshCookie {
  const write = ({ request, setCookie }: CookieContext, token: string, maxAgeSeconds: number): void => {
    const insecure = config.COOKIE_INSECURE === '1' && LOOPBACK.test(request.headers['host'] ?? '');
    const secure = insecure ? '' : ' Secure;';
    setCookie(`${NAME}=${token}; HttpOnly;${secure} SameSite=Strict; Path=/v1; Max-Age=${maxAgeSeconds}`);
  };
  return {
    read: (context, fromBody) => {
      if (fromBody !== undefined) return { token: fromBody, via: 'body', discard: () => undefined };
      const token = readCookie(context.request.headers['cookie']);
      if (token !== null) refuseForeignOrigin(context.request, context.webOrigins);
      return { token, via: 'cookie', discard: () => write(context, '', 0) };
    },
    set: (context, token) => write(context, token, SESSION_LIFE_MS / 1000),
  };
}

/** The first that looks like ours: cookies of a narrower path come first (RFC 6265 §5.4). */
function readCookie(header: string | undefined): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=', 2);
    if (name === NAME && TOKEN.test(value)) return value;
  }
  return null;
}

/** The reply of a sign-in or a refresh: without the refresh token, when a cookie carries it. */
export function handOver<Reply extends { readonly refreshToken: string }>(
  cookie: RefreshCookie,
  context: CookieContext,
  { refreshToken, ...rest }: Reply,
  via: PresentedToken['via'],
): Omit<Reply, 'refreshToken'> & { refreshToken?: string } {
  if (via === 'body') return { ...rest, refreshToken };
  cookie.set(context, refreshToken);
  return rest;
}
