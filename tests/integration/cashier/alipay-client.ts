import { createSign, createVerify } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import type { Cashier } from '../../../scripts/local/cashier/start-cashier.ts';
import type { ReceivedNotice } from './notice-receiver.ts';

export type Params = Readonly<Record<string, string | undefined>>;

export interface GatewayReply {
  readonly status: number;
  /** `alipay_…_response` or `error_response`. */
  readonly node: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Over the node's text as it came. */
  readonly isSigned: boolean;
  readonly text: string;
}

/** The vendor's own client, which signs, sends and verifies by itself. */
export function alipaySdk(cashier: Cashier): AlipaySdk {
  const { appId, appPrivateKey, alipayPublicKey, gatewayUrl } = cashier.secrets.alipaySigning;
  return new AlipaySdk({
    ...{ appId, gateway: gatewayUrl, keyType: 'PKCS8', camelcase: false },
    privateKey: appPrivateKey,
    alipayPublicKey,
  });
}

/** The same by hand, for what the vendor's client would never send, at a time of the test's own. */
export function alipayClient(cashier: Cashier, clock: () => number) {
  const secret = cashier.secrets.alipaySigning;

  function params(method: string, biz: unknown, over: Params = {}): Record<string, string> {
    const timestamp = new Date(clock() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    const all: Params = {
      ...{
        app_id: secret.appId,
        method,
        format: 'JSON',
        charset: 'utf-8',
        sign_type: 'RSA2',
        timestamp,
        version: '1.0',
      },
      biz_content: typeof biz === 'string' ? biz : JSON.stringify(biz),
      ...over,
    };
    const given = Object.fromEntries(
      Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const text = Object.keys(given)
      .filter((name) => given[name] !== '')
      .sort()
      .map((name) => `${name}=${given[name]}`)
      .join('&');
    return { ...given, sign: createSign('sha256').update(text).sign(secret.appPrivateKey, 'base64') };
  }

  async function send(form: Record<string, string>, signal?: AbortSignal): Promise<GatewayReply> {
    const body = new URLSearchParams(form);
    const response = await fetch(secret.gatewayUrl, { method: 'POST', body, ...(signal && { signal }) });
    const text = await response.text();
    const [, node = '', raw = '', sign = ''] = /^\{"(\w+)":(\{.*\})(?:,"sign":"([^"]+)")?\}$/s.exec(text) ?? [];
    const isSigned = createVerify('sha256').update(raw).verify(secret.alipayPublicKey, sign, 'base64');
    const json = (raw === '' ? {} : JSON.parse(raw)) as GatewayReply['json'];
    return { status: response.status, node, json, isSigned, text };
  }

  return {
    params,
    send,
    call: (method: string, biz: unknown, over?: Params, signal?: AbortSignal) =>
      send(params(method, biz, over), signal),
    pageUrl: (method: string, biz: unknown, over?: Params) =>
      `${secret.gatewayUrl}?${new URLSearchParams(params(method, biz, over)).toString()}`,
  };
}

export function formOf({ rawBody }: ReceivedNotice): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(rawBody.toString()));
}
