import { createPrivateKey, randomBytes } from 'node:crypto';
// Signs requests, checks answers and opens notices with neither the product's nor the cashier's own code.
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin';
import type { Cashier } from '../../../scripts/local/cashier/start-cashier.ts';
import type { ReceivedNotice } from './notice-receiver.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface WechatReply {
  readonly status: number;
  readonly json: Json & { readonly code?: string };
  readonly field: string | undefined;
  readonly bytes: Buffer;
  /** Over the very body that came, by the key that the answer names. */
  readonly isSigned: boolean;
}

/** A merchant's client of WeChat Pay at a time of the test's own. */
export function wechatClient(cashier: Cashier, clock: () => number) {
  const { merchant } = cashier;
  const privateKey = createPrivateKey(merchant.merchantPrivateKeyPem);

  function isSigned(headers: Headers, body: string): boolean {
    const key = merchant.platformKeys.find(({ serial }) => serial === headers.get('wechatpay-serial'));
    const [timestamp, nonce] = [headers.get('wechatpay-timestamp') ?? '', headers.get('wechatpay-nonce') ?? ''];
    const signature = headers.get('wechatpay-signature') ?? '';
    return key !== undefined && Rsa.verify(Formatter.response(timestamp, nonce, body), signature, key.pem);
  }

  async function send(method: 'GET' | 'POST', url: string, body?: Json, signal?: AbortSignal): Promise<WechatReply> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const [nonce, timestamp] = [randomBytes(16).toString('hex'), Math.floor(clock() / 1000)];
    const signature = Rsa.sign(Formatter.request(method, url, timestamp, nonce, text), privateKey);
    const { mchId, merchantSerial } = merchant;
    const response = await fetch(cashier.url + url, {
      method,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'test',
        Authorization: Formatter.authorization(mchId, nonce, signature, timestamp, merchantSerial),
        ...(text === '' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(text === '' ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const json = (isJson ? JSON.parse(bytes.toString()) : {}) as WechatReply['json'];
    const { field } = (json['detail'] ?? {}) as { readonly field?: string };
    return { status: response.status, json, field, bytes, isSigned: isSigned(response.headers, bytes.toString()) };
  }

  return {
    send,
    get: (url: string) => send('GET', url),
    post: (url: string, body: Json, signal?: AbortSignal) => send('POST', url, body, signal),
    /** Throws unless the signature, the tag and the associated data are right. */
    open({ headers, rawBody }: ReceivedNotice): { readonly event: string; readonly said: Json } {
      const body = rawBody.toString();
      if (!isSigned(new Headers(headers as Record<string, string>), body)) throw new Error('not signed');
      const { event_type: event, resource } = JSON.parse(body) as {
        event_type: string;
        resource: Record<string, string>;
      };
      const { ciphertext = '', nonce = '', associated_data: aad = '' } = resource;
      return { event, said: JSON.parse(Aes.AesGcm.decrypt(ciphertext, merchant.apiV3Key, nonce, aad)) as Json };
    },
  };
}
