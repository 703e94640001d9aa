import * as z from 'zod/mini';
import { SECRET_PURPOSES } from '../../shared/config/secrets.ts';
import { STAGE_NAME } from './platform-limits.ts';

/**
 * The shape of serverless.yml. Objects are strict: a misspelt key is an error, not a silent default.
 * Names are those of the Tencent component's inputs where the meaning is the same.
 */
const text = z.string().check(z.minLength(1));
const environment = z.record(z.string(), z.string());
const asyncInvoke = z.strictObject({
  retries: z.int().check(z.minimum(0), z.maximum(2)),
  maxAgeSeconds: z.int().check(z.minimum(60), z.maximum(21_600)),
});

/** Both empty: there is none, for nobody set the variables. One of them alone is refused. */
const deadLetter = z.strictObject({
  type: z.string().check(z.regex(/^([A-Za-z][A-Za-z0-9_-]{0,31})?$/)),
  name: z.string().check(z.regex(/^([A-Za-z0-9_-]{1,64})?$/)),
});

const httpEvent = z.strictObject({
  path: text,
  authType: z._default(z.enum(['NONE', 'CAM']), 'NONE'),
  extranet: z._default(z.boolean(), true),
  intranet: z._default(z.boolean(), false),
});

const cosEvent = z.strictObject({
  bucket: text,
  events: z
    .string()
    .check(
      z.regex(
        /^cos:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload|Origin|Replication)|ObjectRemove:(\*|Delete|DeleteMarkerCreated)|ObjectRestore:(\*|Post|Completed))$/,
        'must be an event of COS, such as cos:ObjectCreated:*',
      ),
    ),
  filter: z.strictObject({
    prefix: z._default(z.string(), ''),
    suffix: z._default(z.string().check(z.regex(/^(\..+)?$/, 'must start with a dot')), ''),
  }),
});

const timerEvent = z.strictObject({
  name: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/)),
  cron: text,
  message: z._default(z.string().check(z.maxLength(4096)), ''),
});

const functionEvent = z.union([
  z.strictObject({ http: httpEvent }),
  z.strictObject({ cos: cosEvent }),
  z.strictObject({ timer: timerEvent }),
]);

const access = z.strictObject({
  secrets: z.optional(z.array(z.enum(SECRET_PURPOSES))),
  objects: z.optional(
    z.record(
      z.string().check(z.regex(/^[a-z]+\/([a-z]+\/)*$/)),
      z.array(z.enum(['get', 'put', 'parts', 'delete'])).check(z.minLength(1)),
    ),
  ),
  apis: z.optional(z.array(z.string().check(z.regex(/^[a-z]+:[A-Z][A-Za-z]+$/, 'must be service:Action')))),
});

const functionSchema = z.strictObject({
  // Of the platform's 1000 characters, the rest is the deploy's own mark.
  description: z._default(z.string().check(z.maxLength(900)), ''),
  namespace: text,
  source: z.optional(text),
  handler: z._default(text, 'index.main'),
  memorySize: z.optional(z.int()),
  timeout: z.optional(z.int()),
  initTimeout: z._default(z.int(), 65),
  access: z._default(access, {}),
  environment: z._default(environment, {}),
  /** By the layer's name without the stage: folders of the package. */
  layers: z._default(
    z.record(
      z.string().check(z.regex(/^[a-z][a-z0-9]{0,15}$/)),
      z.array(z.string().check(z.regex(/^[a-z_]+\/$/, 'must be a folder/'))).check(z.minLength(1)),
    ),
    {},
  ),
  reservedConcurrency: z.optional(z.int().check(z.minimum(1))),
  ignoreSysLog: z._default(z.boolean(), false),
  asyncInvoke: z._default(asyncInvoke, { retries: 2, maxAgeSeconds: 21_600 }),
  deadLetter: z._default(deadLetter, { type: '', name: '' }),
  /** None: reached by `Invoke` alone, that is by whoever has a role in the account. */
  events: z.array(functionEvent),
});

export const serviceSchema = z.strictObject({
  service: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,30}$/)),
  configValidationMode: z.literal('error'),
  provider: z.strictObject({
    name: z.literal('tencent'),
    stage: z.string().check(z.regex(STAGE_NAME)),
    region: z.string().check(z.regex(/^[a-z]+-[a-z0-9-]+$/)),
    runtime: z.enum(['Nodejs20.19']),
    memorySize: z._default(z.int(), 256),
    timeout: z._default(z.int(), 10),
    access: z._default(access, {}),
    /** `max_connections`; a variable of the environment is text. */
    databaseConnections: z.optional(z.coerce.number().check(z.int(), z.minimum(1))),
    vpcConfig: z.optional(z.strictObject({ vpcId: text, subnetId: text })),
    environment: z._default(environment, {}),
    customDomain: z.optional(
      z.strictObject({
        domain: z.string().check(z.regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/)),
        protocol: z.enum(['HTTP', 'HTTPS', 'HTTP&HTTPS']),
        certificateId: z.optional(text),
      }),
    ),
  }),
  plugins: z.optional(z.array(text)),
  functions: z.record(z.string(), functionSchema),
});

export type ServiceDocument = z.output<typeof serviceSchema>;

/** One line per broken rule, with the path of the value. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    const at = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${at}: unknown key ${key}`);
    if (issue.code === 'invalid_union') return describeUnion(at, issue);
    return [`${at}: ${issue.message}`];
  });
}

/** Of an event's three forms, the one whose key it bears. */
function describeUnion(at: string, issue: z.core.$ZodIssueInvalidUnion): string[] {
  const closest = issue.errors.find((form) => form.every(({ path }) => path.length > 0));
  if (closest === undefined) return [`${at}: must be one of http, cos, timer`];
  return describeIssues(closest).map((line) => `${at}.${line}`);
}
