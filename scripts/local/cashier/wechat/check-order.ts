import { isIP } from 'node:net';
import type { CashierMerchant } from '../cashier-merchant.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

/** Native is a code to scan, H5 a page for a phone's browser. */
export type WechatMethod = 'native' | 'h5';

export interface AskedOrder {
  readonly outTradeNo: string;
  readonly description: string;
  readonly notifyUrl: string;
  readonly amountFen: number;
  readonly attach: string | null;
  readonly timeExpire: string | null;
}

export const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;
const KNOWN = new Set([
  ...['appid', 'mchid', 'description', 'out_trade_no', 'time_expire', 'attach', 'notify_url', 'goods_tag'],
  ...['support_fapiao', 'amount', 'detail', 'scene_info', 'settle_info'],
]);

export type Fields = Readonly<Record<string, unknown>>;

/** @throws WechatRefusal */
export function objectOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new WechatRefusal(400, 'PARAM_ERROR', '请求体不是合法的 JSON 对象');
  }
  return body as Fields;
}

/** @throws WechatRefusal */
export function text(body: Fields, name: string, max: number, required: boolean): string | null {
  const value = body[name];
  if (value === undefined && !required) return null;
  if (value === undefined) throw badParameter(`/${name}`, '必填性规则校验失败，此字段为必填项');
  if (typeof value !== 'string') throw badParameter(`/${name}`, '类型不正确，应为字符串');
  const length = [...value].length;
  if (length < 1 || length > max) throw badParameter(`/${name}`, `长度应为 1 到 ${max} 个字符`);
  return value;
}

/** HTTPS without a query; plain HTTP on the loopback address too, which only a stand-in can reach. @throws WechatRefusal */
export function checkNotifyUrl(notifyUrl: string): void {
  if (!URL.canParse(notifyUrl)) throw badParameter('/notify_url', '不是合法的 URL');
  const { protocol, hostname } = new URL(notifyUrl);
  const loopback = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
  if (protocol !== 'https:' && !loopback) throw badParameter('/notify_url', '必须为 https 地址');
  if (/[?#]/.test(notifyUrl)) throw badParameter('/notify_url', '不能携带参数');
}

function checkAmount(amount: unknown): number {
  if (typeof amount !== 'object' || amount === null) throw badParameter('/amount', '必填性规则校验失败');
  const { total, currency } = amount as Fields;
  if (!Number.isInteger(total) || (total as number) < 1) throw badParameter('/amount/total', '应为大于 0 的整数');
  if (currency !== undefined && currency !== 'CNY') throw badParameter('/amount/currency', 'Currency code is invalid');
  return total as number;
}

const H5_TYPES = new Set(['Wap', 'iOS', 'Android']);

/** Of H5 all of it is required: the risk control looks at the payer's address. */
function checkSceneInfo(scene: unknown, method: WechatMethod): void {
  if (scene === undefined && method === 'native') return;
  if (typeof scene !== 'object' || scene === null) throw badParameter('/scene_info', '必填性规则校验失败');
  const { payer_client_ip: ip, h5_info: h5 } = scene as Fields;
  if (typeof ip !== 'string' || isIP(ip) === 0) {
    throw badParameter('/scene_info/payer_client_ip', '必填性规则校验失败，应为 IPv4 或 IPv6 地址');
  }
  if (method === 'native') return;
  if (typeof h5 !== 'object' || h5 === null) throw badParameter('/scene_info/h5_info', '必填性规则校验失败');
  const { type } = h5 as Fields;
  if (typeof type !== 'string' || !H5_TYPES.has(type)) {
    throw badParameter('/scene_info/h5_info/type', '应为 Wap、iOS 或 Android');
  }
}

/** The field rules of `POST /v3/pay/transactions/native` and `…/h5`. @throws WechatRefusal */
export function checkOrder(body: unknown, merchant: CashierMerchant, method: WechatMethod): AskedOrder {
  const fields = objectOf(body);
  for (const name of Object.keys(fields)) if (!KNOWN.has(name)) throw badParameter(`/${name}`, '未定义的参数');
  const appId = text(fields, 'appid', 32, true);
  const mchId = text(fields, 'mchid', 32, true);
  const description = text(fields, 'description', 127, true) ?? '';
  const outTradeNo = text(fields, 'out_trade_no', 32, true) ?? '';
  if (!OUT_TRADE_NO.test(outTradeNo)) throw badParameter('/out_trade_no', '商户订单号格式不正确');
  const notifyUrl = text(fields, 'notify_url', 255, true) ?? '';
  checkNotifyUrl(notifyUrl);
  const amountFen = checkAmount(fields['amount']);
  const attach = text(fields, 'attach', 128, false);
  text(fields, 'goods_tag', 32, false);
  for (const name of ['detail', 'settle_info']) if (fields[name] !== undefined) objectOf(fields[name]);
  const fapiao = fields['support_fapiao'];
  if (fapiao !== undefined && typeof fapiao !== 'boolean') throw badParameter('/support_fapiao', '应为 true 或 false');
  const timeExpire = text(fields, 'time_expire', 64, false);
  if (timeExpire !== null && !(RFC3339.test(timeExpire) && Number.isFinite(Date.parse(timeExpire)))) {
    throw badParameter('/time_expire', '应遵循 rfc3339 标准格式');
  }
  checkSceneInfo(fields['scene_info'], method);
  if (mchId !== merchant.mchId) throw badParameter('/mchid', '与 Authorization 中的商户号不一致');
  if (appId !== merchant.appId) throw new WechatRefusal(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
  return { outTradeNo, description, notifyUrl, amountFen, attach, timeExpire };
}
