import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchPath } from '../../../infra/serverless/match-path.ts';
import { PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import type { Service } from '../../../infra/serverless/service.ts';
import type { Scf } from './scf.ts';

/** A Function URL's event (https://cloud.tencent.com/document/product/583/96099). */
export interface FunctionUrlEvent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly httpMethod: string;
  readonly path: string;
  readonly queryString: Readonly<Record<string, string>>;
  readonly isBase64Encoded?: true;
}

/**
 * The custom domain in front of the functions: path rules of serverless.yml to Function URL events, integrated responses
 * back. What the platform itself would answer (no rule, body too large, a run that gave no reply) it answers.
 */
export function createGateway({ service, scf }: { service: Service; scf: Scf }) {
  const rules = service.customDomain?.rules ?? [];
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else platformError(response, 500, String(error));
    });
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    if (!URL.canParse(target, 'http://gateway'))
      return platformError(response, 400, 'the request line has no valid path');
    const url = new URL(target, 'http://gateway');
    const rule = matchPath(rules, url.pathname);
    if (!rule) return platformError(response, 404, 'no rule of the custom domain matches this path');
    const body = await readBody(request);
    if (!body) return platformError(response, 413, 'the request is over 6 MB');
    const result = await scf.invoke(rule.functionName, toEvent(request, url, body));
    response.setHeader('X-Scf-Request-Id', result.requestId);
    if (!result.ok) return platformError(response, result.error.statusCode, result.error.errorMessage);
    writeReply(response, result.replyText);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= PLATFORM_LIMITS.syncPayloadBytes) chunks.push(chunk);
  }
  return sizeBytes <= PLATFORM_LIMITS.syncPayloadBytes ? Buffer.concat(chunks) : undefined;
}

/** Header names are lower-case, values joined; the platform adds the caller's address and lets nobody else set it. */
function toEvent(request: IncomingMessage, url: URL, body: Buffer): FunctionUrlEvent {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith('x-scf-')) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  headers['x-scf-remote-addr'] = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const text = body.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(body);
  return {
    body: isText ? text : body.toString('base64'),
    headers,
    httpMethod: request.method ?? 'GET',
    path: url.pathname,
    queryString: Object.fromEntries(url.searchParams),
    ...(!isText && { isBase64Encoded: true as const }),
  };
}

interface IntegratedReply {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Set by the platform itself, whatever the function answers. */
const HOP_BY_HOP = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Without a status code the reply is the body itself, sent with 200; with one, all of it must be in form. */
function writeReply(response: ServerResponse, replyText: string): void {
  const value: unknown = JSON.parse(replyText);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(typeof value === 'string' ? value : replyText);
    return;
  }
  if (!isIntegrated(value)) {
    // The platform's words: cloud.tencent.com/document/product/583/42611.
    const error = 'Invalid scf response format. please check your scf response format.';
    response.writeHead(403, { 'Content-Type': 'application/json' }).end(JSON.stringify({ errno: 403, error }));
    return;
  }
  for (const [name, header] of Object.entries(value.headers ?? {})) {
    if (!HOP_BY_HOP.has(name.toLowerCase())) response.setHeader(name, header);
  }
  response.writeHead(value.statusCode).end(Buffer.from(value.body ?? '', value.isBase64Encoded ? 'base64' : 'utf8'));
}

function isIntegrated(value: object): value is IntegratedReply {
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = value as Record<string, unknown>;
  const isHeader = (header: unknown): boolean =>
    typeof header === 'string' || (Array.isArray(header) && header.every((item) => typeof item === 'string'));
  return (
    Number.isInteger(statusCode) &&
    (statusCode as number) >= 200 &&
    (statusCode as number) <= 599 &&
    typeof headers === 'object' &&
    headers !== null &&
    Object.values(headers).every(isHeader) &&
    typeof body === 'string' &&
    typeof isBase64Encoded === 'boolean'
  );
}

function platformError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(
    JSON.stringify({ errorCode: -1, errorMessage: message, requestId: response.getHeader('X-Scf-Request-Id') }),
  );
}
