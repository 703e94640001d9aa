import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../../shared/clock.ts';
import { alterText } from '../alter-text.ts';
import { type CashierMerchant, randomLetters } from '../cashier-merchant.ts';
import type { FaultQueue } from '../fault-queue.ts';
import { performWechatCall } from './perform-wechat-call.ts';
import type { RequestFault, WechatOperation } from './request-faults.ts';
import { routeWechatRequest, type WechatAnswer, type WechatParts } from './route-wechat-request.ts';
import { platformKeyFor, signatureHeaders } from './sign-answer.ts';
import { authorizationVerifier } from './verify-authorization.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

function checkHeaders(request: IncomingMessage, body: Buffer): void {
  const { accept, 'user-agent': userAgent, 'content-type': contentType } = request.headers;
  if (!userAgent || !accept || !/application\/json|\*\/\*/.test(accept)) {
    throw badParameter('Accept', 'Http头缺少Accept或User-Agent', 'header');
  }
  if (body.length > 0 && !contentType?.startsWith('application/json')) {
    throw badParameter('Content-Type', '请设置为application/json', 'header');
  }
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new WechatRefusal(400, 'PARAM_ERROR', '请求体不是合法的 JSON');
  }
}

function toAnswer(error: unknown): WechatAnswer {
  if (!(error instanceof WechatRefusal)) throw error;
  const { status, code, message, detail } = error;
  return { status, json: { code, message, ...(detail === undefined ? {} : { detail }) } };
}

function sendFile(response: ServerResponse, { status, file }: WechatAnswer): void {
  const type = status === 200 ? 'application/octet-stream' : 'text/html';
  response.writeHead(status, { 'Content-Type': type }).end(file);
}

function signedAnswer(
  merchant: CashierMerchant,
  body: string,
  {
    serial,
    fault,
    nowMs,
  }: { readonly serial: string | undefined; readonly fault: string | undefined; readonly nowMs: number },
): Record<string, string> {
  if (fault === 'no_signature') return {};
  const key = platformKeyFor(merchant, serial) ?? merchant.platformPublicKey;
  const signed = signatureHeaders(key, body, fault === 'stale_signature' ? nowMs - 302_000 : nowMs);
  if (fault === 'bad_signature') signed['Wechatpay-Nonce'] = randomLetters(32);
  if (fault === 'unknown_serial') signed['Wechatpay-Serial'] = 'PUB_KEY_ID_0000';
  return signed;
}

/** Answers `/v3/…` as WeChat Pay does. `path` is the route; the signature covers `request.url` as it came. */
export function wechatRequestAnswerer(
  parts: WechatParts,
  clock: Clock,
  faults: FaultQueue<WechatOperation, RequestFault>,
) {
  const { book, merchant } = parts;
  const verifyAuthorization = authorizationVerifier(merchant);

  function send(
    response: ServerResponse,
    answer: WechatAnswer,
    serial: string | undefined,
    fault?: RequestFault,
  ): void {
    if (fault === 'acts_then_is_silent') return;
    if (fault === 'acts_then_hangs_up') {
      response.destroy();
      return;
    }
    if (answer.file !== undefined) {
      sendFile(response, answer);
      return;
    }
    const body = answer.json === undefined ? '' : JSON.stringify(answer.json);
    response.writeHead(answer.status, {
      ...signedAnswer(merchant, body, { serial, fault, nowMs: clock() }),
      'Request-ID': `${randomLetters(20)}-0`,
      ...(body === '' ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    });
    response.end(fault === 'altered_body' ? alterText(body) : body);
  }

  return function answerWechatRequest(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    body: Buffer,
  ): void {
    const askedSerial = request.headers['wechatpay-serial'];
    const serial = typeof askedSerial === 'string' ? askedSerial : undefined;
    const method = request.method ?? '';
    let fault: RequestFault | undefined;
    try {
      checkHeaders(request, body);
      verifyAuthorization({ method, url: request.url ?? '', body, header: request.headers.authorization }, clock());
      if (platformKeyFor(merchant, serial) === undefined) {
        throw badParameter('Wechatpay-Serial', '平台证书序列号或公钥ID不正确', 'header');
      }
      const call = routeWechatRequest(parts, method, path, clock());
      fault = faults.take(call.operation);
      const answer = performWechatCall(book, call, { fault, readBody: () => parseBody(body), nowMs: clock() });
      send(response, answer, serial, fault);
    } catch (error) {
      send(response, toAnswer(error), serial, fault);
    }
  };
}
