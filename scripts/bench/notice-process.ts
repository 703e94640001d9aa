/**
 * Hears payment notices in a process of its own, in turn: by the deployed callback, or bare, which is what no callback can do without:
 * the RSA signature, the AES-GCM seal and one CALL. Environment: CALLBACK (the bundle), NOTICE_KEYS, and what the function needs.
 */
import { createDecipheriv, createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { type Connection, createConnection } from 'mysql2/promise';
import { newId } from '../../shared/id.ts';
import type { FunctionMain } from './in-process-gateway.ts';
import type { BareKeys, HeardNotices, Notice, NoticesToHear } from './payment-notices.ts';

process.channel?.ref(); // waiting for the next slice is its work

const keys = JSON.parse(process.env['NOTICE_KEYS'] ?? '{}') as BareKeys;
const publicKey = createPublicKey(keys.platformPem);
const { main } = createRequire(import.meta.url)(process.env['CALLBACK'] ?? '') as { main: FunctionMain };
let connection: Connection | undefined;

async function byCallback({ headers, body }: Notice): Promise<string> {
  const event = { body, headers, httpMethod: 'POST', path: '/v1/pay-callback-wechat', queryString: {} };
  const { statusCode } = (await main(event, {})) as { statusCode: number };
  return statusCode === 204 ? 'settled' : `status ${statusCode}`;
}

async function bare({ headers, body }: Notice): Promise<string> {
  const signed = `${headers['Wechatpay-Timestamp']}\n${headers['Wechatpay-Nonce']}\n${body}\n`;
  const signature = Buffer.from(headers['Wechatpay-Signature'] ?? '', 'base64');
  if (!verify('RSA-SHA256', Buffer.from(signed), publicKey, signature)) return 'bad signature';
  const { resource } = JSON.parse(body) as { resource: Record<'ciphertext' | 'nonce' | 'associated_data', string> };
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keys.apiV3Key, resource.nonce);
  decipher.setAAD(Buffer.from(resource.associated_data)).setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
  const paid = JSON.parse(plain) as { out_trade_no: string; transaction_id: string; amount: { total: number } };
  connection ??= await createConnection({ ...keys.database });
  const nowMs = Date.now();
  const now = new Date(nowMs).toISOString().slice(0, 23).replace('T', ' ');
  const [rows] = await connection.query('CALL settle_order_v5(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    ...[paid.out_trade_no, 'wechat', paid.transaction_id, paid.amount.total, now, 'notify', 0],
    ...[newId('pay_', nowMs), newId('lot_', nowMs), newId('rfd_', nowMs), now, null],
  ]);
  const outcome = (rows as { outcome: string }[][])[0]?.[0]?.outcome;
  return outcome === 'granted' || outcome === 'duplicate' ? 'settled' : String(outcome);
}

async function hear({ by, notices, atLeastMs }: NoticesToHear): Promise<HeardNotices> {
  const one = by === 'callback' ? byCallback : bare;
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  let operations = 0;
  do {
    for (const notice of notices) {
      const answer = await one(notice);
      if (answer !== 'settled') return { problem: `${by}: ${answer}` };
    }
    operations += notices.length;
  } while (performance.now() - startMs < atLeastMs);
  const { user, system } = process.cpuUsage(cpu);
  return { operations, wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 };
}

process.on('message', (request: NoticesToHear) => {
  hear(request).then(
    (heard) => process.send?.(heard),
    (error: unknown) => process.send?.({ problem: String(error) }),
  );
});
