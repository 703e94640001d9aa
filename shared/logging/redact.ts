const SECRET_KEY =
  /phone|mobile|token|authorization|cookie|signature|^sign$|secret|password|passwd|credential|ciphertext|private_?key|api_?key|body|nonce|captcha|otp|^code$|^event$/i;
const SECRET_VALUES: readonly [RegExp, string][] = [
  [/(?<![0-9A-Za-z])(?:\+?86[- ]?|0086)?1[3-9]\d{9}(?![0-9A-Za-z])/g, '[phone]'],
  [/\bBearer\s+\S+/gi, 'Bearer [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\b(q-signature|x-cos-security-token|Signature)=[^&\s,"']+/gi, '$1=[redacted]'],
];
const MAX_DEPTH = 5;
const MAX_ITEMS = 50;
const MAX_STRING = 4000;

/** What may be written about `value`: no field of a secret's name, nothing that looks like a phone number or a token. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return value >= 13e9 && value < 20e9 && Number.isInteger(value) ? '[phone]' : value;
  if (typeof value === 'bigint') return redactText(value.toString());
  if (value === null || typeof value === 'boolean' || value === undefined) return value;
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, MAX_ITEMS)) {
    plain[key] = SECRET_KEY.test(key) ? '[redacted]' : redact(item, depth + 1);
  }
  return plain;
}

export function redactText(text: string): string {
  let safe = text.length > MAX_STRING ? `${text.slice(0, MAX_STRING)}…` : text;
  for (const [pattern, replacement] of SECRET_VALUES) safe = safe.replace(pattern, replacement);
  return safe;
}

/** mysql2 hangs the statement with its values (`sql`) and HTTP clients the whole request on their errors: only these five fields go out. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return {
    name: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' && { errorCode: redactText(code) }),
    ...(typeof errno === 'number' && { errno }),
    ...(error.stack !== undefined && { stack: redactText(error.stack) }),
    ...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
  };
}
