import * as z from 'zod/mini';

/** A function's environment is wrong: every key at once, never a value. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`configuration: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/** The keys that every function has. Spread into its own schema: `z.object({ ...BASE_CONFIG, COS_BUCKET: z.string() })`. */
export const BASE_CONFIG = {
  /** Names the deployment (`prod`, `test`, `local`) and with it the secrets. */
  STAGE: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,15}$/)),
  /** Such as `ap-guangzhou`. */
  REGION: z.string().check(z.regex(/^[a-z]+-[a-z0-9-]+$/)),
  /** Only where the secrets manager is not Tencent's own (the local cloud): `http://127.0.0.1:PORT`. */
  SECRETS_ENDPOINT: z.optional(z.string().check(z.regex(/^https?:\/\/[^/\s]+$/))),
  /** Origins of the web pages that may call with cookies, separated by commas: `https://app.example.com,https://ops.example.com`. */
  WEB_ORIGINS: z.pipe(
    z._default(z.string(), '').check(z.regex(/^(|https?:\/\/[^/,\s*]+(,https?:\/\/[^/,\s*]+)*)$/)),
    z.transform((list): readonly string[] => (list === '' ? [] : list.split(','))),
  ),
  /** `1` in tests and development: a reply that its contract does not describe becomes a 500. */
  CHECK_REPLIES: z._default(z.enum(['0', '1']), '0'),
} as const;

/** The keys of functions that tell a payment channel where its notifies go: this API's own address. */
export const PUBLIC_API_CONFIG = {
  /** `https://api.example.com`, without a slash at its end. */
  PUBLIC_API_URL: z.string().check(z.regex(/^https?:\/\/[^\s?]+[^/\s?]$/)),
} as const;

export type BaseConfig = z.output<z.ZodMiniObject<typeof BASE_CONFIG>>;

export type ConfigSchema = z.ZodMiniType<BaseConfig>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigInvalid which names every missing or bad key and the rule it breaks, without its value */
export function readConfig<S extends z.ZodMiniType>(schema: S, environment: Environment = process.env): z.output<S> {
  const present: Record<string, string> = {};
  for (const [key, value] of Object.entries(environment)) {
    // An empty value is what a template renders for a variable that nobody set: as good as missing.
    if (value !== undefined && value !== '') present[key] = value;
  }
  const parsed = z.safeParse(schema, present);
  if (parsed.success) return parsed.data;
  throw new ConfigInvalid(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'all'} ${ruleOf(issue, present)}`),
  );
}

function ruleOf(issue: z.core.$ZodIssue, present: Record<string, string>): string {
  if (issue.path.length === 1 && present[String(issue.path[0])] === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_format':
      return issue.pattern === undefined ? `must be a valid ${issue.format}` : `must match ${issue.pattern}`;
    case 'too_small':
      return `is too small (minimum ${issue.minimum})`;
    case 'too_big':
      return `is too big (maximum ${issue.maximum})`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return 'is not valid';
  }
}
