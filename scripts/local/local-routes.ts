import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Objects } from '../../shared/cos/objects.ts';
import { ObjectNotFound } from '../../shared/cos/objects.ts';
import type { Cashier } from './cashier/start-cashier.ts';
import { answerInspectorPage } from './inspector/inspector-page.ts';
import type { inspectorRoutes } from './inspector/inspector-routes.ts';
import type { ShiftedClock } from './shifted-clock.ts';
import type { TencentApi } from './tencent-api/start-tencent-api.ts';

/** Everything that only the local cloud has sits below this prefix, which no function's path can have. */
export const LOCAL_PREFIX = '/local';

export interface LocalParts {
  readonly clock: ShiftedClock;
  readonly tencent: TencentApi;
  readonly cashier: Cashier;
  readonly objects: Objects;
  readonly listKeys: (prefix: string) => readonly string[];
  readonly timers: readonly string[];
  readonly fireTimer: (name: string) => Promise<unknown>;
  /** Functions without any trigger, which a role calls. */
  readonly roleFunctions: readonly string[];
  readonly invoke: (name: string, event: unknown) => Promise<unknown>;
  readonly runLifecycle: () => unknown;
  readonly invocations: () => readonly unknown[];
  readonly urls: () => Readonly<Record<string, string>>;
  readonly inspector: ReturnType<typeof inspectorRoutes>;
}

type Route = (request: IncomingMessage, response: ServerResponse, rest: string, query: URLSearchParams) => unknown;

/** An event of 128 KB, set out in lines by whoever edits it. */
const MAX_BODY_BYTES = 1_000_000;

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${JSON.stringify(value, null, 2)}\n`);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) throw new RangeError('body: at most 1,000,000 characters');
  }
  return text;
}

/** The cashier is a server of its own; path, query and body go through unchanged, for they are signed. */
function forward(request: IncomingMessage, response: ServerResponse, to: string): void {
  const target = httpRequest(
    `${to}${request.url ?? '/'}`,
    { method: request.method, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  target.on('error', () => response.writeHead(502).end());
  request.pipe(target);
}

/** Answers requests below /local/; a caller tries it first. */
export function localRoutes(parts: LocalParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  const routes: Record<string, Route> = {
    'GET ': (_request, response) => json(response, parts.urls()),
    'GET sms': (_request, response) =>
      json(
        response,
        [...parts.tencent.inbox()].reverse().map(({ phoneNumber, text, params, receivedAtMs }) => ({
          phone: phoneNumber,
          code: params[0],
          text,
          receivedAtMs,
        })),
      ),
    'GET objects': async (_request, response, key, query) => {
      if (key === '') return json(response, parts.listKeys(query.get('prefix') ?? ''));
      const object = await parts.objects.get(key);
      // Whatever a merchant stored under whatever type: it runs nothing here.
      const headers = { 'Content-Security-Policy': 'sandbox', 'X-Content-Type-Options': 'nosniff' };
      return response.writeHead(200, { ...headers, 'Content-Type': object.contentType }).end(object.bytes);
    },
    'GET timers': (_request, response) => json(response, parts.timers),
    'POST timers': async (_request, response, name) =>
      parts.timers.includes(name)
        ? json(response, await parts.fireTimer(name))
        : json(response, { error: `timers: ${parts.timers.join(', ')}` }, 404),
    'POST invoke': async (request, response, name) =>
      parts.roleFunctions.includes(name)
        ? json(response, await parts.invoke(name, JSON.parse((await readText(request)) || '{}')))
        : json(response, { error: `functions: ${parts.roleFunctions.join(', ')}` }, 404),
    'POST lifecycle': (_request, response) => json(response, parts.runLifecycle()),
    'GET invocations': (_request, response) => json(response, parts.invocations()),
    'GET clock': (_request, response) => json(response, { nowMs: parts.clock.now(), offsetMs: parts.clock.offsetMs() }),
    'POST clock': async (request, response) => {
      const shiftMs: unknown = (JSON.parse((await readText(request)) || '{}') as { shiftMs?: unknown }).shiftMs;
      if (!Number.isSafeInteger(shiftMs)) return json(response, { error: 'shiftMs: an integer of milliseconds' }, 400);
      parts.clock.shift(shiftMs as number);
      return json(response, { nowMs: parts.clock.now(), offsetMs: parts.clock.offsetMs() });
    },
  };

  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://local');
    if (url.pathname !== LOCAL_PREFIX && !url.pathname.startsWith(`${LOCAL_PREFIX}/`)) return false;
    if (isForeign(request)) {
      json(response, { error: 'only pages of this machine may ask' }, 403);
      return true;
    }
    const [, , area = '', ...rest] = url.pathname.split('/');
    if (request.method === 'GET' && rest.length === 0 && isPage(request, area)) {
      void answerInspectorPage(area, response);
      return true;
    }
    if (area === 'pay') {
      forward(request, response, parts.cashier.url);
      return true;
    }
    const inspect = parts.inspector[`${request.method} ${area}`];
    const inspectRoute: Route = (_request, _response, rest) =>
      inspect?.({
        request,
        response,
        rest,
        body: async () => JSON.parse((await readText(request)) || '{}') as unknown,
        answer: (value, status) => json(response, value, status),
      });
    const route = inspect ? inspectRoute : routes[`${request.method} ${area}`];
    if (!route) {
      json(
        response,
        { error: 'no such page', pages: Object.keys(routes).map((name) => name.replace(' ', ` ${LOCAL_PREFIX}/`)) },
        404,
      );
      return true;
    }
    Promise.resolve(route(request, response, decodeURIComponent(rest.join('/')), url.searchParams)).catch(
      (error: unknown) => json(response, { error: String(error) }, error instanceof ObjectNotFound ? 404 : 400),
    );
    return true;
  };
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * A name that was made to resolve to this machine, or another site's page: neither may read codes or fire timers through
 * the developer's browser.
 */
function isForeign({ headers: { host, origin } }: IncomingMessage): boolean {
  const hostName = (address: string): string => (URL.canParse(address) ? new URL(address).hostname : '');
  if (!LOOPBACK.has(hostName(`http://${host ?? ''}`))) return true;
  return origin !== undefined && !LOOPBACK.has(hostName(origin));
}

/** `/local/` itself is a page for browsers and a list of addresses for everybody else. */
function isPage({ headers: { accept = '' } }: IncomingMessage, area: string): boolean {
  return area === 'inspector.js' || area === 'inspector.css' || (area === '' && accept.includes('text/html'));
}
