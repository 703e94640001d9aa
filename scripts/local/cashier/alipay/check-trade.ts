import { chinaTimeMs } from '../china-time.ts';
import { fenOf } from '../yuan.ts';
import { invalidParameter } from './alipay-refusal.ts';

export type Biz = Readonly<Record<string, unknown>>;
export type AlipayMethod = 'page' | 'wap' | 'precreate';

export interface AskedTrade {
  readonly outTradeNo: string;
  readonly description: string;
  readonly amountFen: number;
  readonly attach: string | null;
  readonly timeExpire: string | null;
  readonly expiresAtMs: number;
}

/** Letters, digits and `_` by the page, and `-` by a genuine notice. */
export const OUT_TRADE_NO = /^[0-9A-Za-z_-]{1,64}$/;
const MOST_FEN = 10_000_000_000;
const DEFAULT_LIFE_MS = 15 * 24 * 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 };
const PRODUCT_CODES: Readonly<Record<AlipayMethod, readonly unknown[]>> = {
  page: ['FAST_INSTANT_TRADE_PAY'],
  wap: ['QUICK_WAP_WAY'],
  precreate: [undefined, 'FACE_TO_FACE_PAYMENT', 'QR_CODE_OFFLINE'],
};

/** @throws AlipayRefusal */
export function text(biz: Biz, name: string, max: number): string | null {
  const value = biz[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string' || [...value].length > max)
    throw invalidParameter(name, `应为至多 ${max} 个字符的字符串`);
  return value;
}

/** @throws AlipayRefusal */
export function required(biz: Biz, name: string, max: number): string {
  const value = text(biz, name, max);
  if (value === null) throw invalidParameter(name, '不能为空');
  return value;
}

/** Yuan of at most two decimals, as text or as a number. @throws AlipayRefusal */
export function amount(biz: Biz, name: string): number {
  const value = biz[name];
  const fen = typeof value === 'string' || typeof value === 'number' ? fenOf(String(value)) : undefined;
  if (fen === undefined || fen < 1 || fen > MOST_FEN) {
    throw invalidParameter(name, '单位为元，精确到小数点后两位，取值范围 [0.01,100000000]');
  }
  return fen;
}

/** `time_expire` is a moment, `timeout_express` a span of 1m to 15d, or `1c`: to the end of the day. */
function expiry(biz: Biz, nowMs: number): number {
  const at = text(biz, 'time_expire', 32);
  if (at !== null) {
    const atMs = chinaTimeMs(at);
    if (atMs === undefined) throw invalidParameter('time_expire', '格式应为 yyyy-MM-dd HH:mm:ss');
    if (atMs <= nowMs || atMs > nowMs + DEFAULT_LIFE_MS)
      throw invalidParameter('time_expire', '应在 1 分钟至 15 天之间');
    return atMs;
  }
  const span = text(biz, 'timeout_express', 6);
  if (span === null) return nowMs + DEFAULT_LIFE_MS;
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(span) ?? [];
  const spanMs = Number(count) * (UNIT_MS[unit] ?? 0);
  if (spanMs < 60_000 || spanMs > DEFAULT_LIFE_MS) throw invalidParameter('timeout_express', '取值范围 1m～15d');
  return nowMs + spanMs;
}

/** The field rules that page.pay, wap.pay and precreate share. @throws AlipayRefusal */
export function checkTrade(biz: Biz, method: AlipayMethod, nowMs: number): AskedTrade {
  const outTradeNo = required(biz, 'out_trade_no', 64);
  if (!OUT_TRADE_NO.test(outTradeNo)) throw invalidParameter('out_trade_no', '仅支持字母、数字、下划线');
  const amountFen = amount(biz, 'total_amount');
  const description = required(biz, 'subject', 256);
  if (/[/=&]/.test(description)) throw invalidParameter('subject', '不可使用特殊字符，如 /，=，&');
  if (!PRODUCT_CODES[method].includes(biz['product_code'])) throw invalidParameter('product_code', '与接口不符');
  const quitUrl = text(biz, 'quit_url', 400);
  if (quitUrl !== null && !URL.canParse(quitUrl)) throw invalidParameter('quit_url', '不是合法的 URL');
  const attach = text(biz, 'passback_params', 512);
  const timeExpire = text(biz, 'time_expire', 32) ?? text(biz, 'timeout_express', 6);
  return { outTradeNo, description, amountFen, attach, timeExpire, expiresAtMs: expiry(biz, nowMs) };
}
