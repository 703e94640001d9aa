import { chinaTimeMs } from '../china-time.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { AlipayRefusal } from './alipay-refusal.ts';
import { isSignedText, sortedText } from './rsa2.ts';

export interface GatewayRequest {
  readonly method: string;
  readonly biz: Readonly<Record<string, unknown>>;
  readonly notifyUrl: string | null;
  readonly returnUrl: string | null;
}

const missing = (name: string) => new AlipayRefusal(40001, `isv.missing-${name}`, `缺少参数 ${name}`);
const invalid = (name: string, why: string) => new AlipayRefusal(40002, `isv.invalid-${name}`, why);

/** Query and body together, as the gateway reads them. A name may come once. @throws AlipayRefusal */
export function gatewayParams(query: string, body: string): Map<string, string> {
  const params = new Map<string, string>();
  for (const [name, value] of [...new URLSearchParams(query), ...new URLSearchParams(body)]) {
    if (params.has(name)) throw invalid('parameter', `参数 ${name} 重复`);
    params.set(name, value);
  }
  return params;
}

function checkSignature(params: ReadonlyMap<string, string>, merchant: AlipayMerchant): void {
  const signType = params.get('sign_type');
  if (!signType) throw missing('signature-type');
  if (signType !== 'RSA2') throw invalid('signature-type', '应用只设置了 RSA2 密钥');
  const signature = params.get('sign');
  if (!signature) throw missing('signature');
  if (!isSignedText(sortedText(params, ['sign']), signature, merchant.app.publicPem)) {
    throw invalid('signature', '验签出错，请确认待签名字符串、密钥与字符集一致');
  }
}

/** HTTP(S) of at most 256 characters, without a query; plain HTTP reaches a stand-in's own machine only. */
function readNotifyUrl(params: ReadonlyMap<string, string>): string | null {
  const url = params.get('notify_url');
  if (!url) return null;
  if (url.length > 256 || !URL.canParse(url)) throw invalid('parameter', 'notify_url 不是合法的 URL');
  if (!['http:', 'https:'].includes(new URL(url).protocol) || /[?#]/.test(url)) {
    throw invalid('parameter', 'notify_url 必须为 http(s) 地址且不能携带自定义参数');
  }
  return url;
}

function readReturnUrl(params: ReadonlyMap<string, string>): string | null {
  const url = params.get('return_url');
  if (!url) return null;
  const isFit = url.length <= 256 && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (!isFit) throw invalid('parameter', 'return_url 不是合法的 URL');
  return url;
}

function readBiz(params: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const text = params.get('biz_content') ?? '';
  try {
    const biz: unknown = JSON.parse(text);
    if (typeof biz === 'object' && biz !== null && !Array.isArray(biz)) return biz as Readonly<Record<string, unknown>>;
  } catch {
    // said below
  }
  throw invalid('parameter', 'biz_content 不是合法的 JSON 对象');
}

/**
 * The public parameters in the gateway's order, and the signature over everything but itself, `sign_type` included.
 * https://opendocs.alipay.com/common/02kf5q
 * @throws AlipayRefusal
 */
export function readGatewayRequest(params: ReadonlyMap<string, string>, merchant: AlipayMerchant): GatewayRequest {
  const method = params.get('method');
  if (!method) throw missing('method');
  const appId = params.get('app_id');
  if (!appId) throw missing('app-id');
  if (appId !== merchant.appId) throw invalid('app-id', '无效的AppID参数');
  const charset = params.get('charset')?.toLowerCase();
  // Another charset would be one more way to write the same bytes; nothing here sends one.
  if (charset !== 'utf-8') throw invalid('charset', '字符集错误，应为 utf-8');
  if (!['', 'json'].includes((params.get('format') ?? '').toLowerCase())) throw invalid('format', '仅支持 JSON');
  const version = params.get('version');
  if (!version) throw missing('version');
  if (version !== '1.0') throw invalid('parameter', 'version 固定为 1.0');
  const timestamp = params.get('timestamp');
  if (!timestamp) throw missing('timestamp');
  if (chinaTimeMs(timestamp) === undefined) throw invalid('timestamp', '格式应为 yyyy-MM-dd HH:mm:ss');
  checkSignature(params, merchant);
  return { method, biz: readBiz(params), notifyUrl: readNotifyUrl(params), returnUrl: readReturnUrl(params) };
}
