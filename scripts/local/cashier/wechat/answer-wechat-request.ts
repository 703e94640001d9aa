import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../../shared/clock.ts';
import type { CashierBook } from '../cashier-book.ts';
import { type CashierMerchant, randomLetters } from '../cashier-merchant.ts';
import { closeNativeOrder, createNativeOrder, queryNativeOrder } from './native-orders.ts';
import type { RequestFault, RequestFaults, WechatOperation } from './request-faults.ts';
import { platformKeyFor, signatureHeaders } from './sign-answer.ts';
import { authorizationVerifier } from './verify-authorization.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

interface Answer {
  readonly status: number;
  readonly json?: unknown;
}

interface Call {
  readonly operation: WechatOperation;
  readonly act: (body: unknown) => Answer;
}

const ORDER_PATH = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)(\/close)?$/;

function route(book: CashierBook, merchant: CashierMerchant, method: string, url: string, nowMs: number): Call {
  const [path = '', query = ''] = url.split('?', 2);
  if (method === 'POST' && path === '/v3/pay/transactions/native') {
    const act = (body: unknown) => ({ status: 200, json: createNativeOrder(book, merchant, body, nowMs) });
    return { operation: 'create', act };
  }
  const [, encoded, close] = ORDER_PATH.exec(path) ?? [];
  if (encoded !== undefined) {
    const outTradeNo = decodeURIComponent(encoded);
    if (method === 'GET' && close === undefined) {
      const act = () => ({ status: 200, json: queryNativeOrder(book, merchant, outTradeNo, query) });
      return { operation: 'query', act };
    }
    if (method === 'POST' && close !== undefined) {
      const act = (body: unknown) => {
        closeNativeOrder(book, merchant, outTradeNo, body);
        return { status: 204 };
      };
      return { operation: 'close', act };
    }
  }
  throw new WechatRefusal(404, 'RESOURCE_NOT_EXISTS', '请求的资源不存在');
}

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

function toAnswer(error: unknown): Answer {
  if (!(error instanceof WechatRefusal)) throw error;
  const { status, code, message, detail } = error;
  return { status, json: { code, message, ...(detail === undefined ? {} : { detail }) } };
}

const FOREIGN: Readonly<Partial<Record<RequestFault, object>>> = {
  another_order: { out_trade_no: 'ord_SOMEBODY_ELSE' },
  another_merchant: { mchid: '1999999999' },
  another_app: { appid: 'wxffffffffffffffff' },
};

function perform(call: Call, fault: RequestFault | undefined, body: Buffer): Answer {
  const systemError = { status: 500, json: { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' } };
  if (fault === 'system_error') return systemError;
  if (fault === 'rate_limited') return { status: 429, json: { code: 'FREQUENCY_LIMITED', message: '频率限制' } };
  if (fault === 'says_done') return { status: 204 };
  const answer = call.act(parseBody(body));
  if (fault === 'acts_then_system_error') return systemError;
  const foreign = fault === undefined ? undefined : FOREIGN[fault];
  return foreign === undefined ? answer : { ...answer, json: Object.assign({}, answer.json, foreign) };
}

/** Answers `/v3/…` as WeChat Pay does. `path` is the route; the signature covers `request.url` as it came. */
export function wechatRequestAnswerer(
  merchant: CashierMerchant,
  book: CashierBook,
  clock: Clock,
  faults: RequestFaults,
) {
  const verifyAuthorization = authorizationVerifier(merchant);

  function send(response: ServerResponse, answer: Answer, serial: string | undefined, fault?: RequestFault): void {
    if (fault === 'acts_then_is_silent') return;
    if (fault === 'acts_then_hangs_up') {
      response.destroy();
      return;
    }
    const body = answer.json === undefined ? '' : JSON.stringify(answer.json);
    const key = platformKeyFor(merchant, serial) ?? merchant.platformPublicKey;
    const signed = signatureHeaders(key, body, fault === 'stale_signature' ? clock() - 302_000 : clock());
    if (fault === 'bad_signature') signed['Wechatpay-Nonce'] = randomLetters(32);
    if (fault === 'unknown_serial') signed['Wechatpay-Serial'] = 'PUB_KEY_ID_0000';
    response.writeHead(answer.status, {
      ...(fault === 'no_signature' ? {} : signed),
      'Request-ID': `${randomLetters(20)}-0`,
      ...(body === '' ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    });
    response.end(body);
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
      const call = route(book, merchant, method, path, clock());
      fault = faults.take(call.operation);
      send(response, perform(call, fault, body), serial, fault);
    } catch (error) {
      send(response, toAnswer(error), serial, fault);
    }
  };
}
