import { createVerify } from 'node:crypto';
import type { CashierMerchant } from '../cashier-merchant.ts';
import { WechatRefusal } from './wechat-refusal.ts';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048 ';
const WINDOW_MS = 300_000;

function signError(message: string): WechatRefusal {
  return new WechatRefusal(401, 'SIGN_ERROR', message);
}

function readPairs(header: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const part of header.slice(SCHEME.length).split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    const quoted = part.slice(at + 1).trim();
    if (at < 1 || quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"') || pairs.has(name)) {
      throw signError('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》');
    }
    pairs.set(name, quoted.slice(1, -1));
  }
  return pairs;
}

/**
 * Checks a merchant's request as the service does. Shares no code with the product's signer, so that a mistake there
 * cannot be repeated here. A nonce counts once in the window.
 */
export function authorizationVerifier(merchant: CashierMerchant) {
  const usedNonces = new Map<string, number>();

  return function verifyAuthorization(
    request: {
      readonly method: string;
      readonly url: string;
      readonly body: Buffer;
      readonly header: string | undefined;
    },
    nowMs: number,
  ): void {
    const { header } = request;
    if (header === undefined || !header.startsWith(SCHEME)) throw signError('Http头缺少Authorization或认证类型不正确');
    const pairs = readPairs(header);
    const [mchId, nonce, timestamp, serial, signature] = [
      pairs.get('mchid'),
      pairs.get('nonce_str'),
      pairs.get('timestamp'),
      pairs.get('serial_no'),
      pairs.get('signature'),
    ];
    if (!mchId || !nonce || !timestamp || !serial || !signature || pairs.size !== 5) {
      throw signError('Http头Authorization值格式错误，缺少必要的字段');
    }
    if (mchId !== merchant.mchId) throw signError('商户号不存在');
    if (serial !== merchant.merchant.serial) throw signError('商户证书序列号有误');
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1000) > WINDOW_MS) {
      throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
    }
    const verifier = createVerify('sha256');
    for (const line of [request.method, request.url, timestamp, nonce]) verifier.update(line).update('\n');
    verifier.update(request.body).update('\n');
    if (!verifier.verify(merchant.merchant.publicPem, signature, 'base64')) throw signError('签名错误，请检查后再试');
    for (const [used, atMs] of usedNonces) if (Math.abs(nowMs - atMs) > 2 * WINDOW_MS) usedNonces.delete(used);
    if (usedNonces.has(nonce)) throw signError('Http头Authorization中的nonce_str已被使用');
    usedNonces.set(nonce, nowMs);
  };
}
