import { createSign, generateKeyPairSync } from 'node:crypto';

export interface AlipayNotices {
  /** What the callback is configured with. */
  readonly verifying: Readonly<Record<string, string>>;
  /** The form that says that the order was paid, signed. */
  readonly paid: (order: { orderId: string; yuan: string; atMs: number }) => string;
}

const IDS = { app_id: '2021001234567890', seller_id: '2088101106499364' };

/** Notices of an Alipay whose key is this run's own. */
export function alipayNotices(): AlipayNotices {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const alipayPublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    verifying: { appId: IDS.app_id, sellerId: IDS.seller_id, alipayPublicKey },
    paid: ({ orderId, yuan, atMs }) => {
      const paidAt = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
      const fields: Record<string, string> = {
        ...{ ...IDS, notify_id: `n${orderId}`, notify_type: 'trade_status_sync', charset: 'utf-8', version: '1.0' },
        ...{ out_trade_no: orderId, trade_no: `t${orderId}`, trade_status: 'TRADE_SUCCESS', total_amount: yuan },
        ...{ subject: '衣影会员', gmt_payment: paidAt, notify_time: paidAt },
      };
      const names = Object.keys(fields).sort();
      const signer = createSign('RSA-SHA256').update(names.map((name) => `${name}=${fields[name]}`).join('&'));
      return new URLSearchParams({ ...fields, sign_type: 'RSA2', sign: signer.sign(privateKey, 'base64') }).toString();
    },
  };
}
