import * as z from 'zod/mini';
import { type ChannelBill, ChannelError } from '../channel.ts';
import { startOfChinaDay } from '../china-time.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { isDetailFile, readBill } from './read-bill.ts';
import { readZip } from './read-zip.ts';
import { refusal, requireVerified, type SendOptions, sendRequest } from './send-request.ts';
import type { AlipayKeys } from './signing-config.ts';

const WHAT = 'alipay bill';
const MAX_PACKED_BYTES = 16 * 1024 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
/**
 * "There is no bill" is said of a day without payments and of a bill that is not made yet, alike. Bills are there at 10:00 of the
 * next day; a day more is waited before none is taken for an empty day, since orders would be found unpaid by it.
 */
const EMPTY_MS = (48 + 10) * 3_600_000;

const Address = z.object({ bill_download_url: z.string().check(z.maxLength(2048)) });

/** Alipay, and its sandbox: bills lie on another host of the same domain than the gateway. */
const VENDOR_DOMAINS = ['.alipay.com', '.alipaydev.com'];

/**
 * Only a host of the gateway's own kind, and always by HTTPS: the vendor writes `http://` into its answer, and the archive carries
 * neither signature nor hash.
 */
function ownUrl(gatewayUrl: string, downloadUrl: string): URL {
  const gateway = new URL(gatewayUrl);
  const url = URL.canParse(downloadUrl) ? new URL(downloadUrl) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new ChannelError('unverified', 'foreign_url', WHAT);
  if (url.origin === gateway.origin) return url;
  const domain = VENDOR_DOMAINS.find((end) => gateway.hostname.endsWith(end));
  if (domain === undefined || !url.hostname.endsWith(domain) || url.port !== '') {
    throw new ChannelError('unverified', 'foreign_url', WHAT);
  }
  url.protocol = 'https:';
  return url;
}

function unpack(archive: Uint8Array): string[] {
  try {
    const decoder = new TextDecoder('gbk', { fatal: true });
    return readZip(archive, MAX_BYTES).map((file) => decoder.decode(file));
  } catch {
    throw new ChannelError('unverified', 'bad_zip', WHAT);
  }
}

/**
 * The day's trade bill, all payments and refunds. The address lives 30 s.
 * @throws ChannelError
 */
export async function downloadBill(keys: AlipayKeys, options: SendOptions, day: string): Promise<ChannelBill> {
  const startMs = startOfChinaDay(day);
  const answer = await sendRequest(keys, options, {
    method: 'alipay.data.dataservice.bill.downloadurl.query',
    content: { bill_type: 'trade', bill_date: day },
  });
  if (!answer.isSuccess) {
    if (answer.errorCode !== 'isp.bill_not_exist') throw refusal(WHAT, answer);
    requireVerified(WHAT, answer);
    return options.clock() < startMs + EMPTY_MS ? { state: 'not_ready' } : { state: 'ready', rows: [] };
  }
  const address = z.safeParse(Address, answer.json);
  if (!address.success) throw new ChannelError('unverified', 'malformed', WHAT);
  const url = ownUrl(keys.gatewayUrl, address.data.bill_download_url);
  const { status, bytes } = await fetchBytes(WHAT, url, {}, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_PACKED_BYTES });
  if (status !== 200) throw new ChannelError('unavailable', `http_${status}`, WHAT);
  const details = unpack(bytes).filter(isDetailFile);
  if (details.length === 0) throw new ChannelError('unverified', 'bill_form', WHAT);
  return { state: 'ready', rows: details.flatMap((text) => readBill(text, day)) };
}
