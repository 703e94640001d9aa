import { describe, expect, it } from 'vitest';
import { handOver, refreshCookie } from '../../../shared/auth/refresh-cookie.ts';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE';
const OURS = 'https://app.example.com';

function contextOf(headers: Record<string, string | string[]>) {
  const written: string[] = [];
  return {
    written,
    request: readHttpEvent({ headers }),
    webOrigins: [OURS],
    setCookie: (cookie: string) => void written.push(cookie),
  };
}

describe('the refresh cookie', () => {
  const cookie = refreshCookie({ COOKIE_INSECURE: '0' });

  it('is hidden from scripts, from plain HTTP, from other sites and from other paths, for thirty days', () => {
    const context = contextOf({ host: '127.0.0.1:8080' });
    cookie.set(context, TOKEN);
    expect(context.written).toEqual([
      `yiying_refresh=${TOKEN}; HttpOnly; Secure; SameSite=Strict; Path=/v1; Max-Age=2592000`,
    ]);
  });

  it('leaves out Secure on loopback alone, and only where the configuration says so', () => {
    const insecure = refreshCookie({ COOKIE_INSECURE: '1' });
    for (const [host, secure] of [
      ['127.0.0.1:8080', false],
      ['localhost', false],
      ['[::1]:90', false],
      ['api.example.com', true],
      ['127.0.0.1.example.com', true],
      ['localhost.example.com:80', true],
    ] as const) {
      const context = contextOf({ host });
      insecure.set(context, TOKEN);
      expect([host, context.written[0]?.includes('Secure')]).toEqual([host, secure]);
    }
  });

  it('is found among others, also when the gateway splits the header', () => {
    for (const value of [`a=b; yiying_refresh=${TOKEN}; c=d`, ['a=b', `yiying_refresh=${TOKEN}`]]) {
      const presented = cookie.read(contextOf({ cookie: value, origin: OURS }), undefined);
      expect(presented).toMatchObject({ token: TOKEN, via: 'cookie' });
    }
  });

  it('that has another form is no token', () => {
    for (const value of ['', 'yiying_refresh', 'yiying_refresh=', 'yiying_refresh=short', `xyiying_refresh=${TOKEN}`]) {
      expect(cookie.read(contextOf({ cookie: value }), undefined).token).toBeNull();
      // It speaks for nobody, wherever it comes from.
      const foreign = contextOf({ cookie: value, origin: 'https://evil.example.com' });
      expect(cookie.read(foreign, undefined)).toMatchObject({ token: null, via: 'cookie' });
    }
  });

  it('speaks for our own pages only', () => {
    const headers = { cookie: `yiying_refresh=${TOKEN}`, origin: 'https://evil.example.com' };
    expect(() => cookie.read(contextOf(headers), undefined)).toThrow('ORIGIN_REFUSED');
    expect(cookie.read(contextOf(headers), 'b'.repeat(43))).toMatchObject({ token: 'b'.repeat(43), via: 'body' });
  });

  it('is removed when its token is dead, and a token of the body removes nothing', () => {
    const context = contextOf({ cookie: `yiying_refresh=${TOKEN}`, origin: OURS });
    cookie.read(context, TOKEN).discard();
    expect(context.written).toEqual([]);
    cookie.read(context, undefined).discard();
    expect(context.written).toEqual(['yiying_refresh=; HttpOnly; Secure; SameSite=Strict; Path=/v1; Max-Age=0']);
  });

  it('keeps the token out of the body, and the body keeps it out of the cookie', () => {
    const context = contextOf({});
    expect(handOver(cookie, context, { a: 1, refreshToken: TOKEN }, 'body')).toEqual({ a: 1, refreshToken: TOKEN });
    expect(context.written).toEqual([]);
    expect(handOver(cookie, context, { a: 1, refreshToken: TOKEN }, 'cookie')).toEqual({ a: 1 });
    expect(context.written).toHaveLength(1);
  });
});
