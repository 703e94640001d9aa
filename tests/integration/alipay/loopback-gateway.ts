import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlipaySigningConfig } from '../../../shared/payments/alipay/signing-config.ts';
import { APP_ID, alipayPrivateKey, alipayPublicKey, type Fields, SELLER_ID } from './signed-notice.ts';

/** One request, as the gateway understands it. */
export interface Asked {
  readonly parameters: Fields;
  readonly content: Record<string, unknown>;
}

export interface Answer {
  /** What stands under the method's name; `text` gives its very characters. */
  readonly json?: object;
  readonly text?: string;
  readonly member?: string;
  readonly signature?: 'good' | 'bad' | 'none';
  readonly status?: number;
  /** The whole body instead. */
  readonly raw?: string;
}

export interface LoopbackGateway {
  readonly url: string;
  readonly config: AlipaySigningConfig;
  readonly asked: readonly Asked[];
  answer: (asked: Asked) => Answer | undefined;
  /** What a GET is answered: a bill's file. */
  file: { readonly status?: number; readonly bytes: Buffer; readonly headers?: Record<string, string> };
  readonly close: () => Promise<void>;
}

const app = generateKeyPairSync('rsa', { modulusLength: 2048 });

const pem = (key: KeyObject, type: 'pkcs8' | 'spki') => key.export({ type, format: 'pem' }).toString();

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The rules of the open platform: every parameter but `sign`, in order of names, none empty, SHA256 with RSA. */
export function isSigned({ sign = '', ...others }: Fields): boolean {
  const names = Object.keys(others).sort();
  if (names.some((name) => others[name] === '') || others['sign_type'] !== 'RSA2') return false;
  const text = names.map((name) => `${name}=${others[name]}`).join('&');
  return createVerify('RSA-SHA256').update(text).verify(app.publicKey, sign, 'base64');
}

function bodyOf(method: string, answer: Answer): string {
  if (answer.raw !== undefined) return answer.raw;
  const member = answer.member ?? `${method.replaceAll('.', '_')}_response`;
  const text = answer.text ?? JSON.stringify(answer.json);
  const signed = answer.signature === 'bad' ? `${text} ` : text;
  const sign = createSign('RSA-SHA256').update(signed).sign(alipayPrivateKey, 'base64');
  return answer.signature === 'none' ? `{"${member}":${text}}` : `{"${member}":${text},"sign":"${sign}"}`;
}

/** Alipay's gateway as far as these tests need it, on node:crypto alone: refuses what is not signed. */
export async function startLoopbackGateway(): Promise<LoopbackGateway> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const target = new URL(request.url ?? '', 'http://127.0.0.1');
      if (request.method === 'GET') {
        const { status = 200, bytes, headers = {} } = gateway.file;
        return void response.writeHead(status, headers).end(bytes);
      }
      const parameters = {
        ...Object.fromEntries(target.searchParams),
        ...Object.fromEntries(new URLSearchParams(body)),
      };
      const method = parameters['method'] ?? '';
      const refused = { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature' };
      if (target.searchParams.get('charset') !== 'utf-8' || !isSigned(parameters)) {
        return void response.end(bodyOf(method, { json: refused }));
      }
      const content = JSON.parse(parameters['biz_content'] ?? '') as Record<string, unknown>;
      asked.push({ parameters, content });
      const answer = gateway.answer({ parameters, content });
      if (answer === undefined) return void request.socket.destroy();
      return void response.writeHead(answer.status ?? 200).end(bodyOf(method, answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway: LoopbackGateway = {
    url: origin,
    config: {
      appId: APP_ID,
      sellerId: SELLER_ID,
      appPrivateKey: pem(app.privateKey, 'pkcs8'),
      alipayPublicKey: pem(alipayPublicKey, 'spki'),
      gatewayUrl: `${origin}/gateway.do`,
    },
    asked,
    answer: () => ({ json: { code: '40001', msg: 'Missing Method' } }),
    file: { status: 404, bytes: Buffer.alloc(0) },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gateway;
}
