import * as z from 'zod/mini';
import { type Clock, systemClock } from '../clock.ts';
import { type FunctionParts, functionServices } from '../config/function-services.ts';
import type { ConfigSchema } from '../config/read-config.ts';
import type { Operation } from '../contract/operation.ts';
import { beginInvocation, type Invocation } from '../logging/invocation.ts';
import type { WriteLine } from '../logging/logger.ts';
import { ApiError } from './api-error.ts';
import { corsHeaders, preflightReply } from './cors.ts';
import { asApiError, ServicesFailed } from './failure.ts';
import { readIdempotencyKey, requestHash } from './idempotency.ts';
import { preferredLanguage } from './language.ts';
import { type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import { checkBody, readInput } from './read-input.ts';
import { errorReply, matchesEtag, notModifiedReply, type RawReply, rawReply, successReply, weakEtag } from './reply.ts';
import { type HttpReply, type HttpRequest, readHttpEvent } from './scf-event.ts';

/** What a caller function is handed: the request as it came, and what the platform knows. */
export interface CallerContext extends Invocation {
  readonly request: HttpRequest;
  /** WEB_ORIGINS of the configuration. */
  readonly webOrigins: readonly string[];
  /** The whole header value: `refresh=…; HttpOnly; …`. Sent with errors too, so that a dead cookie can be removed. */
  readonly setCookie: (cookie: string) => void;
}

/** What `run` is handed beside its input. */
export interface HttpContext extends CallerContext {
  /** Empty when none was sent, which an operation that requires one never sees. */
  readonly idempotencyKey: string;
  /** SHA-256 (hex) of the operation's name and parsed input: the same key with another hash is a conflict. */
  readonly requestHash: string;
}

export interface HttpFunction<
  S extends ConfigSchema,
  Services,
  Caller,
  I extends z.ZodMiniType,
  O extends z.ZodMiniType,
> extends FunctionParts<S, Services> {
  readonly operation: Operation<I, O>;
  /** Who is calling; throws ApiError when nobody may. A signature check is just another caller. */
  readonly caller: (request: HttpRequest, services: Services, context: CallerContext) => Promise<Caller> | Caller;
  /**
   * Applies `operation.rateLimit` to each caller's `id`, or to the source address where the caller has none. Wanted
   * exactly where the operation declares a limit.
   */
  readonly limiter?: (services: Services) => RateLimiter;
  /** Answers the envelope's `data`, or the whole reply of an operation with `reply: 'raw'`. */
  readonly run: (
    services: Services,
    caller: Caller,
    input: z.output<I>,
    context: HttpContext,
  ) => Promise<z.input<O> | RawReply>;
}

/** Replaced in tests only. */
export interface Surroundings<S extends ConfigSchema> {
  readonly clock?: Clock;
  readonly write?: WriteLine;
  readonly readEnvironment?: (schema: S) => z.output<S>;
}

export type Handler = (event: unknown, scfContext?: unknown) => Promise<HttpReply>;

/**
 * The handler of one operation. Order: OPTIONS, method, body's size and kind, configuration and services, caller, rate
 * limit, idempotency key, input, run. It always answers: an error that left the handler would reach the caller as the
 * platform's own page. Nothing runs after the reply, for the instance is frozen then.
 */
export function httpFunction<
  S extends ConfigSchema,
  Services,
  Caller,
  I extends z.ZodMiniType,
  O extends z.ZodMiniType,
>(declared: HttpFunction<S, Services, Caller, I, O>, surroundings: Surroundings<S> = {}): Handler {
  const { operation } = declared;
  if ((operation.rateLimit === undefined) !== (declared.limiter === undefined)) {
    throw new TypeError(`${operation.name}: a rate limit and a limiter go together`);
  }
  const parts = functionServices(declared, surroundings.readEnvironment);

  return async function handleHttp(event, scfContext) {
    const request = readHttpEvent(event);
    const invocation = beginInvocation(scfContext, {
      functionName: operation.name,
      clock: surroundings.clock ?? systemClock,
      requestId: request.requestId,
      traceparent: request.headers['traceparent'],
      write: surroundings.write,
    });
    const webOrigins = originsOf(parts.config);
    if (request.method === 'OPTIONS') return preflightReply(request, webOrigins, operation.method);

    const cookies: string[] = [];
    const headers: Record<string, string> = corsHeaders(request, webOrigins);
    const setCookie = (cookie: string): void => void cookies.push(cookie);
    const withCookies = () => (cookies.length > 0 ? { ...headers, 'Set-Cookie': cookies } : headers);
    const context: CallerContext = { ...invocation, request, webOrigins, setCookie };
    let reply: HttpReply;
    let code: string | undefined;
    try {
      reply = finish(await answer(context, headers), context, withCookies());
    } catch (error) {
      const known = asApiError(error, invocation.log);
      code = known.code;
      const language = preferredLanguage(request.headers['accept-language']);
      reply = errorReply(known, language, invocation.requestId, withCookies());
    }
    const ms = invocation.clock() - invocation.nowMs;
    invocation.log('request_done', {
      method: request.method,
      status: reply.statusCode,
      ms,
      ...(code && { error: code }),
    });
    return reply;
  };

  async function answer(context: CallerContext, headers: Record<string, string>): Promise<z.input<O> | RawReply> {
    const { request } = context;
    if (request.method !== operation.method) {
      throw new ApiError('METHOD_NOT_ALLOWED', { headers: { Allow: `${operation.method}, OPTIONS` } });
    }
    checkBody(request, operation);
    parts.config();
    const services = await parts.services().catch((error: unknown) => {
      throw new ServicesFailed(error);
    });
    const caller = await declared.caller(request, services, context);
    if (declared.limiter !== undefined && operation.rateLimit !== undefined) {
      const bucket = `${operation.name}:${callerId(caller) ?? request.sourceIp}`;
      const taken = await declared.limiter(services)(bucket, operation.rateLimit, context.nowMs);
      Object.assign(headers, rateLimitHeaders(operation.rateLimit, taken));
      if (!taken.allowed) throw new ApiError('RATE_LIMITED');
    }
    const idempotencyKey = readIdempotencyKey(request, operation.idempotencyKey);
    const input = readInput(request, operation);
    return declared.run(services, caller, input, {
      ...context,
      idempotencyKey,
      get requestHash() {
        return requestHash(operation.name, input);
      },
    });
  }

  function finish(data: z.input<O> | RawReply, context: CallerContext, headers: Record<string, string | string[]>) {
    if (operation.reply === 'raw') return rawReply(data as RawReply, context.requestId, headers);
    if (parts.config().CHECK_REPLIES === '1') checkReply(data, context);
    if (operation.method !== 'GET') return successReply(operation.status, data, context.requestId, headers);
    const etag = weakEtag(data);
    return matchesEtag(context.request.headers['if-none-match'], etag)
      ? notModifiedReply(etag, context.requestId, headers)
      : successReply(operation.status, data, context.requestId, { ...headers, ETag: etag });
  }

  /** In tests and development a reply that the contract does not describe is an error; in production it is sent as it is. */
  function checkReply(data: unknown, { log }: CallerContext): void {
    // What the caller reads is what JSON makes of it: no undefined, no Date.
    const parsed = z.safeParse(operation.output, JSON.parse(JSON.stringify(data ?? null)));
    if (parsed.success) return;
    log('reply_mismatch', {
      issues: parsed.error.issues.map(({ path, code }) => ({ path: path.join('.'), rule: code })),
    });
    throw new ApiError('INTERNAL');
  }
}

/** A bad configuration is answered later, with its name in the log; OPTIONS is answered all the same. */
function originsOf(config: () => { readonly WEB_ORIGINS: readonly string[] }): readonly string[] {
  try {
    return config().WEB_ORIGINS;
  } catch {
    return [];
  }
}

function callerId(caller: unknown): string | undefined {
  if (typeof caller !== 'object' || caller === null || !('id' in caller)) return undefined;
  return typeof caller.id === 'string' ? caller.id : undefined;
}
