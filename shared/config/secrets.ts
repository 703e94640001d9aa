import * as z from 'zod/mini';
import { type SecretSource, SecretUnreadable } from './secret-source.ts';

/** Every secret of a stage, by purpose. A function's role may read only those that it needs. */
export const SECRET_PURPOSES = [
  'database',
  'tokens',
  'wechat-signing',
  'wechat-verifying',
  'alipay-signing',
  'alipay-verifying',
  'sms',
  'captcha',
  'operators',
  'webhooks',
  'payers',
  'payees',
] as const;
export type SecretPurpose = (typeof SECRET_PURPOSES)[number];

export function secretName(stage: string, purpose: SecretPurpose): string {
  return `yiying-${stage}-${purpose}`;
}

export const DatabaseSecret = z.union([
  z.object({
    host: z.string().check(z.minLength(1)),
    port: z._default(z.int().check(z.minimum(1), z.maximum(65535)), 3306),
    user: z.string().check(z.minLength(1)),
    password: z.string(),
    database: z.string().check(z.minLength(1)),
  }),
  /** A database on the same machine: the local cloud's. */
  z.object({
    socketPath: z.string().check(z.minLength(1)),
    user: z.string().check(z.minLength(1)),
    password: z.string(),
    database: z.string().check(z.minLength(1)),
  }),
]);
export type DatabaseSecret = z.output<typeof DatabaseSecret>;

const key32Bytes = z.string().check(z.refine((text) => Buffer.from(text, 'base64').length === 32));

/**
 * `keys` holds the current one and those whose tokens may still be about; `codeKey` hashes login codes, and a key of its
 * own, so that the tokens' rotation breaks no code on its way. `phoneKey` hashes the phones that were here before, and is never rotated; a secret
 * of before it was asked for has none, and `codeKey` does. Keys are base64 of 32 bytes.
 */
export const TokensSecret = z
  .object({
    codeKey: key32Bytes,
    phoneKey: z.optional(key32Bytes),
    currentKeyId: z.string().check(z.minLength(1)),
    keys: z.array(z.object({ id: z.string().check(z.minLength(1)), key: key32Bytes })).check(z.minLength(1)),
  })
  .check(z.refine(({ currentKeyId, keys }) => keys.some(({ id }) => id === currentKeyId), { path: ['currentKeyId'] }));
export type TokensSecret = z.output<typeof TokensSecret>;

/** `totpKey` seals the secrets of the operators' authenticators in the database: base64 of 32 bytes. */
export const OperatorsSecret = z.object({ totpKey: key32Bytes });

/** `secretKey` is what the secrets of webhooks are derived from: base64 of 32 bytes. Another one is another secret for every webhook. */
export const WebhooksSecret = z.object({ secretKey: key32Bytes });

/** `hashKey` hashes who paid at a channel; `sealKey` seals whom commission is paid to. Each base64 of 32 bytes, and for other functions. */
export const PayersSecret = z.object({ hashKey: key32Bytes });
export const PayeesSecret = z.object({ sealKey: key32Bytes });

/** A source hands out the same document until it has read a new one, and a request need not check it again. */
const checked = new WeakMap<object, { readonly schema: z.ZodMiniType; readonly data: unknown }>();

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * A secret's document, checked. @throws SecretUnreadable which names the bad fields, never a value;
 * TencentApiError when the manager refuses or cannot be reached
 */
export async function readSecretOf<S extends z.ZodMiniType>(
  schema: S,
  secrets: SecretSource,
  name: string,
  how: 'get' | 'refresh' = 'get',
): Promise<z.output<S>> {
  const document = await secrets[how](name);
  const known = isObject(document) ? checked.get(document) : undefined;
  if (known?.schema === schema) return known.data as z.output<S>; // that schema's own output, below
  const parsed = z.safeParse(schema, document);
  if (parsed.success) {
    if (isObject(document)) checked.set(document, { schema, data: parsed.data });
    return parsed.data;
  }
  const fields = parsed.error.issues.flatMap(badFields);
  throw new SecretUnreadable(name, `not valid: ${[...new Set(fields)].join(', ')}`);
}

/** Of a choice between forms, the fields of the form that the document is nearest to. */
function badFields(issue: z.core.$ZodIssue): string[] {
  const forms = issue.code === 'invalid_union' ? issue.errors.map((issues) => issues.flatMap(badFields)) : [];
  const nearest = forms.sort((a, b) => a.length - b.length)[0];
  return nearest ?? [issue.path.join('.') || 'document'];
}
