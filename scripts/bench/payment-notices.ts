import { createCipheriv, randomBytes } from 'node:crypto';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { type KeyPair, newKeyPair, randomDigits, randomLetters } from '../local/cashier/cashier-merchant.ts';
import { signatureHeaders } from '../local/cashier/wechat/sign-answer.ts';

export interface Notice {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface BareKeys {
  readonly platformPem: string;
  readonly apiV3Key: string;
  readonly database: DatabaseSecret;
}

export interface NoticesToHear {
  readonly by: 'callback' | 'bare';
  readonly notices: readonly Notice[];
  /** All of them again and again until the time is over. */
  readonly atLeastMs: number;
}

export type HeardNotices =
  | { readonly operations: number; readonly wallMs: number; readonly cpuMs: number }
  | { readonly problem: string };

/** A WeChat Pay whose keys are this run's own. */
export interface NoticeSealer {
  /** The secret of the callback. */
  readonly verifying: Readonly<Record<string, unknown>>;
  readonly platform: KeyPair;
  readonly apiV3Key: string;
  readonly seal: (orderId: string, amountFen: number, nowMs: number) => Notice;
}

export function noticeSealer(): NoticeSealer {
  const platform = newKeyPair(`PUB_KEY_ID_01${randomDigits(28)}`);
  const apiV3Key = randomLetters(32);
  const ids = { mchId: `19${randomDigits(8)}`, appId: `wx${randomBytes(8).toString('hex')}` };
  return {
    platform,
    apiV3Key,
    verifying: { ...ids, apiV3Key, platformKeys: [{ serial: platform.serial, pem: platform.publicPem }] },
    seal: (orderId, amountFen, nowMs) => {
      const nonce = randomLetters(12);
      const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from('transaction'));
      const said = JSON.stringify({
        ...{ mchid: ids.mchId, appid: ids.appId, out_trade_no: orderId, transaction_id: `42${randomDigits(26)}` },
        ...{
          trade_state: 'SUCCESS',
          trade_state_desc: '支付成功',
          trade_type: 'NATIVE',
          bank_type: 'OTHERS',
          attach: '',
        },
        ...{ success_time: new Date(nowMs).toISOString(), payer: { openid: `o${ids.appId.slice(2)}` } },
        amount: { total: amountFen, payer_total: amountFen, currency: 'CNY', payer_currency: 'CNY' },
      });
      const sealed = Buffer.concat([cipher.update(said, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      const body = JSON.stringify({
        ...{ id: `EV-${randomDigits(20)}`, create_time: new Date(nowMs).toISOString(), summary: '支付成功' },
        ...{ resource_type: 'encrypt-resource', event_type: 'TRANSACTION.SUCCESS' },
        resource: {
          ...{ original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', associated_data: 'transaction', nonce },
          ciphertext: sealed.toString('base64'),
        },
      });
      const length = { 'Content-Length': String(Buffer.byteLength(body)) };
      const headers = { ...signatureHeaders(platform, body, nowMs), ...length, 'Content-Type': 'application/json' };
      return { headers, body };
    },
  };
}
