import { type KeyObject, sign } from 'node:crypto';

export interface RequestSigner {
  readonly mchId: string;
  /** Serial of the merchant's API certificate. */
  readonly merchantSerial: string;
  readonly merchantPrivateKey: KeyObject;
}

export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query as they go over the wire, without the host. */
  readonly pathAndQuery: string;
  /** The very bytes that are sent; empty for GET. */
  readonly body: string;
  readonly timestampSeconds: number;
  readonly nonce: string;
}

/**
 * The `Authorization` header: five lines, each ended by a line feed, under SHA256 with RSA (PKCS#1 v1.5).
 * https://pay.weixin.qq.com/doc/v3/merchant/4012365342
 */
export function signRequest(signer: RequestSigner, request: UnsignedRequest): string {
  const { method, pathAndQuery, body, timestampSeconds, nonce } = request;
  const message = `${method}\n${pathAndQuery}\n${timestampSeconds}\n${nonce}\n${body}\n`;
  const signature = sign('RSA-SHA256', Buffer.from(message), signer.merchantPrivateKey).toString('base64');
  return (
    `WECHATPAY2-SHA256-RSA2048 mchid="${signer.mchId}",nonce_str="${nonce}",timestamp="${timestampSeconds}",` +
    `serial_no="${signer.merchantSerial}",signature="${signature}"`
  );
}
