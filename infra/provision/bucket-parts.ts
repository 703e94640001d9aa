import { codeOf } from '../deploy/paced-call.ts';
import type { AccountCall, Answer } from './account-call.ts';
import { type LifecycleRule, uploadsCors } from './bucket-rules.ts';
import type { Part } from './part.ts';

export interface Buckets {
  /** `{name}-{appId}` each. */
  readonly uploads: string;
  readonly web: string | null;
  readonly code: string | null;
  readonly webOrigins: readonly string[];
}

/** Photos and code are private; the pages are anyone's to read. */
export function bucketParts(
  call: AccountCall,
  { uploads, web, code, webOrigins }: Buckets,
  lifecycle: readonly LifecycleRule[],
): Part[] {
  const exists = (Bucket: string, ACL: string) => bucketPart(call, Bucket, ACL);
  return [
    exists(uploads, 'private'),
    rulePart(call, uploads, 'Lifecycle', 'Rules', lifecycle.map(lifecycleRule)),
    rulePart(call, uploads, 'Cors', 'CORSRules', [corsRule(webOrigins)]),
    ...(web === null ? [] : [exists(web, 'public-read'), websitePart(call, web)]),
    ...(code === null ? [] : [exists(code, 'private')]),
  ];
}

function bucketPart(call: AccountCall, Bucket: string, ACL: string): Part {
  return {
    name: `bucket ${Bucket}`,
    look: async () => {
      const found = await orNull(() => call('cos', 'getBucketAcl', { Bucket }));
      if (found === null) return { change: 'create', note: ACL, run: () => call('cos', 'putBucket', { Bucket, ACL }) };
      if (found['ACL'] === ACL) return null;
      const note = `${String(found['ACL'])} becomes ${ACL}`;
      return { change: 'update', note, run: () => call('cos', 'putBucketAcl', { Bucket, ACL }) };
    },
  };
}

/** A bucket's list of rules as a whole: ours replaces what is there. */
function rulePart(call: AccountCall, Bucket: string, kind: string, list: string, wanted: readonly Answer[]): Part {
  return {
    name: `${kind === 'Cors' ? 'CORS' : 'lifecycle'} of ${Bucket}`,
    look: async () => {
      const found = await orNull(() => call('cos', `getBucket${kind}`, { Bucket }));
      const rules = (found?.[list] ?? []) as Answer[]; // by the SDK
      if (rules.length === wanted.length && wanted.every((rule, at) => contains(rules[at], rule))) return null;
      const run = () => call('cos', `putBucket${kind}`, { Bucket, [list]: wanted });
      return { change: rules.length === 0 ? 'create' : 'update', run };
    },
  };
}

/** Every page is a file of its own, `login/index.html` among them; what there is none of is told by `404.html`. */
export const WEBSITE = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: '404.html' } };

function websitePart(call: AccountCall, Bucket: string): Part {
  return {
    name: `website of ${Bucket}`,
    look: async () => {
      const found = await orNull(() => call('cos', 'getBucketWebsite', { Bucket }));
      if (found && contains(found['WebsiteConfiguration'], WEBSITE)) return null;
      const run = () => call('cos', 'putBucketWebsite', { Bucket, WebsiteConfiguration: WEBSITE });
      return { change: found ? 'update' : 'create', run };
    },
  };
}

function lifecycleRule(rule: LifecycleRule): Answer {
  return {
    ID: rule.id,
    Status: 'Enabled',
    Filter: { Prefix: rule.prefix },
    Expiration: { Days: String(rule.expirationDays) },
    ...('abortIncompleteDays' in rule && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: String(rule.abortIncompleteDays) },
    }),
  };
}

function corsRule(origins: readonly string[]): Answer {
  const rule = uploadsCors(origins);
  return {
    AllowedOrigins: rule.allowedOrigins,
    AllowedMethods: rule.allowedMethods,
    AllowedHeaders: rule.allowedHeaders,
    ExposeHeaders: rule.exposeHeaders,
    MaxAgeSeconds: String(rule.maxAgeSeconds),
  };
}

/** The service adds fields of its own, and the SDK reads numbers as text. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(whole) && whole.length === part.length && part.every((one, at) => contains(whole[at], one));
  if (typeof part !== 'object' || part === null) return String(whole) === String(part);
  const record = (typeof whole === 'object' && whole !== null ? whole : {}) as Answer;
  return Object.entries(part).every(([key, value]) => contains(record[key], value));
}

/** null: it is not there. @throws every other refusal */
export async function orNull(read: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await read();
  } catch (error) {
    // A bucket that is not there, and a configuration that nobody has set.
    if (/^NoSuch/.test(codeOf(error)) || (error as { statusCode?: unknown }).statusCode === 404) return null;
    throw error;
  }
}
