import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText } from './membership.ts';
import { API_KEY_SCOPES, operation } from './operation.ts';

const apiKeyId = idOf('key');
const scope = z.enum(API_KEY_SCOPES);

/** What stands before every key, so that one that was published by mistake is found by whoever looks for it. */
export const API_KEY_PREFIX = 'yk_';

const FORMS = [z.ipv4(), z.cidrv4(), z.ipv6(), z.cidrv6()];
/** `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. An IPv4 address in IPv6's clothes is to be written as what it is. */
const address = z.string().check(
  z.maxLength(43),
  z.refine((text) => FORMS.some((form) => z.safeParse(form, text).success) && !/^::ffff:/i.test(text), {
    error: '须为 IP 地址或网段',
    params: { rule: 'ip', en: 'must be an IP address or a range, such as 203.0.113.0/24' },
  }),
);

const apiKey = z.strictObject({
  apiKeyId: z.string(),
  name: z.string(),
  /** The last four characters. */
  hint: z.string(),
  scopes: z.array(scope),
  /** Tasks that may be created with it in a day of Asia/Shanghai; absent: as many as the credits last. */
  tasksPerDay: z.optional(z.int()),
  tasksToday: z.int(),
  /** Where it may be used from; empty: anywhere. */
  addresses: z.array(z.string()),
  createdAtMs: z.int(),
  expiresAtMs: z.optional(z.int()),
  /** To the minute. */
  lastUsedAtMs: z.optional(z.int()),
  revokedAtMs: z.optional(z.int()),
});

export const createApiKey = operation({
  name: 'create-api-key',
  method: 'POST',
  summary: 'Makes an API key. The key is in this answer and nowhere else: only its hash is kept.',
  caller: 'merchant',
  input: z.strictObject({
    name: lineOfText(1, 40),
    scopes: z.array(scope).check(
      z.minLength(1),
      z.maxLength(API_KEY_SCOPES.length),
      z.refine((scopes) => new Set(scopes).size === scopes.length, {
        error: '不能重复',
        params: { rule: 'unique', en: 'must not repeat itself' },
      }),
    ),
    tasksPerDay: z.optional(z.int().check(z.gte(1), z.lte(100_000))),
    /** From now. */
    validDays: z.optional(z.int().check(z.gte(1), z.lte(1096))),
    addresses: z.optional(z.array(address).check(z.maxLength(20))),
  }),
  output: z.strictObject({ ...apiKey.shape, key: z.string() }),
  status: 201,
  errors: ['API_KEY_SHOWN', 'API_KEYS_MOST', 'ACCOUNT_SUSPENDED'],
  idempotencyKey: 'required',
  rateLimit: { limit: 20, windowSeconds: 3600 },
  secretReply: true,
});

export const listApiKeys = operation({
  name: 'list-api-keys',
  viewAs: false,
  method: 'GET',
  summary: "The merchant's newest 100 API keys, revoked ones too, newest first.",
  caller: 'merchant',
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(apiKey) }),
});

export const revokeApiKey = operation({
  name: 'revoke-api-key',
  method: 'POST',
  summary: 'Ends an API key at once. Twice is once.',
  caller: 'merchant',
  input: z.strictObject({ apiKeyId }),
  output: z.strictObject({ apiKeyId: z.string(), revokedAtMs: z.int() }),
  errors: ['NOT_FOUND'],
});
