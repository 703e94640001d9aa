import { type KeyObject, verify } from 'node:crypto';
import { type HeaderValues, readSignatureHeaders } from './signature-headers.ts';

/** Public keys by serial: `PUB_KEY_ID_…` and, while a merchant migrates, certificates' serials beside it. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>;

export type SignatureRefusal = 'malformed' | 'unknown_serial' | 'bad_signature' | 'stale';

export type SignatureVerdict =
  | { readonly ok: true; readonly serial: string }
  | { readonly ok: false; readonly reason: SignatureRefusal; readonly detail: string };

const ALGORITHM = 'WECHATPAY2-SHA256-RSA2048';
/** The vendor's own window. Its SDKs differ on exactly 300 s; here it still counts. */
const WINDOW_SECONDS = 300;

function refused(reason: SignatureRefusal, detail: string): SignatureVerdict {
  return { ok: false, reason, detail };
}

/**
 * Was this body, byte for byte, signed by WeChat Pay within the last five minutes? In a fixed order: headers, algorithm,
 * key, signature, and only then the time. A deliberately wrong signature (`WECHATPAY/SIGNTEST/…`, with which the vendor
 * probes its callers) is a wrong signature like any other.
 * https://pay.weixin.qq.com/docs/merchant/development/interface-rules/signature-verification.html
 */
export function verifySignature(
  headers: HeaderValues,
  rawBody: Uint8Array,
  platformKeys: PlatformKeys,
  nowMs: number,
): SignatureVerdict {
  const signed = readSignatureHeaders(headers);
  if ('wrong' in signed) return refused('malformed', signed.wrong);
  if (signed.signatureType !== undefined && signed.signatureType !== ALGORITHM) {
    return refused('malformed', 'wechatpay-signature-type is not the algorithm that is agreed');
  }
  const key = platformKeys.get(signed.serial);
  if (key === undefined) return refused('unknown_serial', 'wechatpay-serial names no key that is configured');
  const message = Buffer.concat([
    Buffer.from(`${signed.timestampSeconds}\n${signed.nonce}\n`),
    rawBody,
    Buffer.from('\n'),
  ]);
  if (!verify('RSA-SHA256', message, key, signed.signature)) {
    return refused('bad_signature', 'wechatpay-signature does not fit the body');
  }
  if (!(Math.abs(nowMs / 1000 - signed.timestampSeconds) <= WINDOW_SECONDS)) {
    return refused('stale', `wechatpay-timestamp is more than ${WINDOW_SECONDS} s from now`);
  }
  return { ok: true, serial: signed.serial };
}
