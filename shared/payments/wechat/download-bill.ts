import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { type ChannelBill, ChannelError } from '../channel.ts';
import { startOfChinaDay } from '../china-time.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { readBill } from './read-bill.ts';
import { refusal, type SendOptions, sendRequest, signedHeaders } from './send-request.ts';
import type { SigningKeys } from './signing-config.ts';

const WHAT = 'wechat bill';
/** A line has about 350 bytes, 60 when packed: some 200,000 lines. */
const MAX_PACKED_BYTES = 16 * 1024 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
/** Bills are made from 09:00 and are there at 10:00: before that, "there is none" need not mean an empty day. */
const READY_MS = (24 + 10) * 3_600_000;

const Statement = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().check(z.regex(/^[0-9a-fA-F]{40}$/)),
  download_url: z.string().check(z.maxLength(2048)),
});

/** The address must be of the very hosts that are asked otherwise: a signed request goes nowhere else. */
function ownUrl(keys: SigningKeys, downloadUrl: string): URL {
  const url = URL.canParse(downloadUrl) ? new URL(downloadUrl) : undefined;
  const isOwn = url !== undefined && keys.baseUrls.some((base) => new URL(base).origin === url.origin);
  if (!isOwn || url.username !== '' || url.password !== '') throw new ChannelError('unverified', 'foreign_url', WHAT);
  return url;
}

function unpack(bytes: Uint8Array): Uint8Array {
  // A proxy, or the fetch itself, may have unpacked it already: the hash is of the unpacked file either way.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch {
    throw new ChannelError('unverified', 'bad_gzip', WHAT);
  }
}

async function downloadFile(keys: SigningKeys, { clock }: SendOptions, statement: z.infer<typeof Statement>) {
  const url = ownUrl(keys, statement.download_url);
  const headers = signedHeaders(keys, clock, { method: 'GET', url, body: '' });
  const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_PACKED_BYTES };
  const { status, bytes } = await fetchBytes(WHAT, url, { headers: { ...headers, Accept: '*/*' } }, limits);
  // The answer carries no signature; its address and hash came in one that does.
  if (status !== 200) throw new ChannelError('unavailable', `http_${status}`, WHAT);
  const file = unpack(bytes);
  const hash = createHash('sha1').update(file).digest('hex');
  if (hash !== statement.hash_value.toLowerCase()) throw new ChannelError('unverified', 'bad_hash', WHAT);
  return file;
}

/**
 * The day's trade bill, all payments and refunds.
 * https://pay.weixin.qq.com/docs/merchant/apis/in-app-payment/get-trade-bill.html
 * @throws ChannelError
 */
export async function downloadBill(keys: SigningKeys, options: SendOptions, day: string): Promise<ChannelBill> {
  const startMs = startOfChinaDay(day);
  const answer = await sendRequest(keys, options, {
    method: 'GET',
    pathAndQuery: `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL&tar_type=GZIP`,
  });
  if (answer.errorCode === 'STATEMENT_CREATING') return { state: 'not_ready' };
  if (answer.errorCode === 'NO_STATEMENT_EXIST') {
    // A day without payments is compared with our orders, so it must be WeChat's own word.
    if (!answer.verified) throw new ChannelError('unverified', 'NO_STATEMENT_EXIST', WHAT);
    return options.clock() < startMs + READY_MS ? { state: 'not_ready' } : { state: 'ready', rows: [] };
  }
  if (answer.status !== 200) throw refusal(WHAT, answer);
  const statement = z.safeParse(Statement, answer.json);
  if (!statement.success) throw new ChannelError('unverified', 'malformed', WHAT);
  const file = await downloadFile(keys, options, statement.data);
  return { state: 'ready', rows: readBill(decode(file), day, keys.signer.mchId) };
}

/** Without the mark that may stand at its beginning. */
function decode(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    throw new ChannelError('unverified', 'bill_form', WHAT);
  }
}
