import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WechatPaySigningConfig } from '../../../shared/payments/wechat/signing-config.ts';
import { EXPECT, type Json, oracle, platformPrivateKey, platformPublicKey, SERIAL } from './signed-notice.ts';

export interface Asked {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly body: Json | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly json?: Json;
  /** Instead of `json`; carries no signature, as a bill's download does not. */
  readonly file?: Buffer;
  readonly signature?: 'good' | 'bad' | 'none';
  readonly headers?: Record<string, string>;
}

export interface LoopbackWechat {
  readonly url: string;
  readonly config: WechatPaySigningConfig;
  readonly asked: readonly Asked[];
  /** What the vendor answers from now on; undefined hangs up. */
  answer: (asked: Asked) => Answer | undefined;
  readonly close: () => Promise<void>;
}

const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: typeof merchant.publicKey, type: 'pkcs8' | 'spki') => key.export({ type, format: 'pem' }).toString();

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Whether the request is signed by the merchant, byte for byte, as the vendor's documentation says. */
function isSigned(request: IncomingMessage, body: string): boolean {
  const header = request.headers.authorization ?? '';
  const field = (name: string) => new RegExp(`[ ,]${name}="([^"]+)"`).exec(header)?.[1] ?? '';
  const { method = '', url = '' } = request;
  const message = oracle.Formatter.request(method, url, field('timestamp'), field('nonce_str'), body);
  return (
    header.startsWith('WECHATPAY2-SHA256-RSA2048 ') &&
    field('mchid') === EXPECT.mchId &&
    field('serial_no') === 'ABC123' &&
    request.headers['wechatpay-serial'] === SERIAL &&
    oracle.Rsa.verify(message, field('signature'), merchant.publicKey)
  );
}

function send(response: ServerResponse, answer: Answer, nowMs: number): void {
  const { status = 200, json, file, signature = file === undefined ? 'good' : 'none', headers = {} } = answer;
  const body = file ?? Buffer.from(json === undefined ? '' : JSON.stringify(json));
  const [timestamp, nonce] = [String(Math.floor(nowMs / 1000)), 'loopback'];
  const signed = signature === 'bad' ? 'another body' : body.toString();
  if (signature !== 'none') {
    response.setHeader('Wechatpay-Timestamp', timestamp);
    response.setHeader('Wechatpay-Nonce', nonce);
    response.setHeader('Wechatpay-Serial', SERIAL);
    const message = oracle.Formatter.response(timestamp, nonce, signed);
    response.setHeader('Wechatpay-Signature', oracle.Rsa.sign(message, platformPrivateKey));
  }
  response.writeHead(status, headers).end(body);
}

/** WeChat Pay as far as these tests need it, on another implementation's primitives: refuses what is not signed. */
export async function startLoopbackWechat(clock: () => number): Promise<LoopbackWechat> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((bytes) => {
      const text = bytes.toString();
      if (!isSigned(request, text)) return send(response, { status: 401, json: { code: 'SIGN_ERROR' } }, clock());
      const { method = '', url = '' } = request;
      const one: Asked = { method, target: url, body: text === '' ? undefined : (JSON.parse(text) as Json) };
      asked.push(one);
      const answer = vendor.answer(one);
      if (answer === undefined) return void request.socket.destroy();
      return send(response, answer, clock());
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const vendor: LoopbackWechat = {
    url,
    config: {
      ...EXPECT,
      merchantSerial: 'ABC123',
      merchantPrivateKeyPem: pem(merchant.privateKey, 'pkcs8'),
      platformKeys: [{ serial: SERIAL, pem: pem(platformPublicKey, 'spki') }],
      baseUrl: url,
    },
    asked,
    answer: () => ({ status: 404, json: { code: 'NOT_SCRIPTED' } }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return vendor;
}
