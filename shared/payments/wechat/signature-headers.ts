/** WeChat Pay signs notices and answers alike, with five headers over the raw body. */
export interface SignatureHeaders {
  readonly timestampSeconds: number;
  readonly nonce: string;
  readonly serial: string;
  /** Decoded. */
  readonly signature: Uint8Array;
  /** Absent means the only algorithm there is. */
  readonly signatureType: string | undefined;
}

export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Header names and the form each value must have. No form admits a comma, so values joined by a proxy do not pass. */
const FORMS = {
  'wechatpay-timestamp': /^[1-9][0-9]{0,11}$/,
  'wechatpay-nonce': /^[\x21-\x2b\x2d-\x7e]{1,128}$/,
  'wechatpay-serial': /^[0-9A-Za-z_]{1,128}$/,
  'wechatpay-signature': /^[0-9A-Za-z+/]{4,1024}={0,2}$/,
  'wechatpay-signature-type': /^[\x21-\x2b\x2d-\x7e]{1,64}$/,
} as const;

type HeaderName = keyof typeof FORMS;

/**
 * Names are compared without regard to case, and a name that occurs twice is refused, whether as an array or in two
 * spellings.
 * @returns the headers, or which one is wrong and how
 */
export function readSignatureHeaders(headers: HeaderValues): SignatureHeaders | { readonly wrong: string } {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    if (!(key in FORMS) || value === undefined) continue;
    const [only, ...more] = typeof value === 'string' ? [value] : value;
    if (only === undefined || more.length > 0 || found.has(key)) return { wrong: `${key} does not occur once` };
    if (!FORMS[key as HeaderName].test(only)) return { wrong: `${key} has not the right form` };
    found.set(key, only);
  }
  for (const name of Object.keys(FORMS)) {
    if (name !== 'wechatpay-signature-type' && !found.has(name)) return { wrong: `${name} is missing` };
  }
  const encoded = found.get('wechatpay-signature') ?? '';
  const signature = Buffer.from(encoded, 'base64');
  if (signature.toString('base64') !== encoded) return { wrong: 'wechatpay-signature is not base64' };
  return {
    timestampSeconds: Number(found.get('wechatpay-timestamp')),
    nonce: found.get('wechatpay-nonce') ?? '',
    serial: found.get('wechatpay-serial') ?? '',
    signature,
    signatureType: found.get('wechatpay-signature-type'),
  };
}
