import * as z from 'zod';
import { SECRET_PURPOSES } from '../../shared/config/secrets.ts';
import { STAGE_NAME } from './platform-limits.ts';

/**
 * The shape of serverless.yml. Objects are strict: a misspelt key is an error, not a silent default.
 * Names are those of the Tencent component's inputs where the meaning is the same.
 */
const text = z.string().min(1);
const environment = z.record(z.string(), z.string());
const asyncInvoke = z.strictObject({
  retries: z.int().min(0).max(2),
  maxAgeSeconds: z.int().min(60).max(21_600),
});

/** Both empty: there is none, for nobody set the variables. One of them alone is refused. */
const deadLetter = z.strictObject({
  type: z.string().regex(/^([A-Za-z][A-Za-z0-9_-]{0,31})?$/),
  name: z.string().regex(/^([A-Za-z0-9_-]{1,64})?$/),
});

const httpEvent = z.strictObject({
  path: text,
  authType: z.enum(['NONE', 'CAM']).default('NONE'),
  extranet: z.boolean().default(true),
  intranet: z.boolean().default(false),
});

const cosEvent = z.strictObject({
  bucket: text,
  events: z
    .string()
    .regex(
      /^cos:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload|Origin|Replication)|ObjectRemove:(\*|Delete|DeleteMarkerCreated)|ObjectRestore:(\*|Post|Completed))$/,
      'must be an event of COS, such as cos:ObjectCreated:*',
    ),
  filter: z.strictObject({
    prefix: z.string().default(''),
    suffix: z
      .string()
      .regex(/^(\..+)?$/, 'must start with a dot')
      .default(''),
  }),
});

const timerEvent = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/),
  cron: text,
  message: z.string().max(4096).default(''),
});

const functionEvent = z.union([
  z.strictObject({ http: httpEvent }),
  z.strictObject({ cos: cosEvent }),
  z.strictObject({ timer: timerEvent }),
]);

const access = z.strictObject({
  secrets: z.array(z.enum(SECRET_PURPOSES)).optional(),
  objects: z
    .record(z.string().regex(/^[a-z]+\/([a-z]+\/)*$/), z.array(z.enum(['get', 'put', 'parts', 'delete'])).min(1))
    .optional(),
  apis: z.array(z.string().regex(/^[a-z]+:[A-Z][A-Za-z]+$/, 'must be service:Action')).optional(),
});

const functionSchema = z.strictObject({
  // Of the platform's 1000 characters, the rest is the deploy's own mark.
  description: z.string().max(900).default(''),
  namespace: text,
  source: text.optional(),
  handler: text.default('index.main'),
  memorySize: z.int().optional(),
  timeout: z.int().optional(),
  initTimeout: z.int().default(65),
  access: access.default({}),
  environment: environment.default({}),
  /** By the layer's name without the stage: folders of the package. */
  layers: z
    .record(
      z.string().regex(/^[a-z][a-z0-9]{0,15}$/),
      z.array(z.string().regex(/^[a-z_]+\/$/, 'must be a folder/')).min(1),
    )
    .default({}),
  reservedConcurrency: z.int().min(1).optional(),
  ignoreSysLog: z.boolean().default(false),
  asyncInvoke: asyncInvoke.default({ retries: 2, maxAgeSeconds: 21_600 }),
  deadLetter: deadLetter.default({ type: '', name: '' }),
  /** None: reached by `Invoke` alone, that is by whoever has a role in the account. */
  events: z.array(functionEvent),
});

export const serviceSchema = z.strictObject({
  service: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  configValidationMode: z.literal('error'),
  provider: z.strictObject({
    name: z.literal('tencent'),
    stage: z.string().regex(STAGE_NAME),
    region: z.string().regex(/^[a-z]+-[a-z0-9-]+$/),
    runtime: z.enum(['Nodejs20.19']),
    memorySize: z.int().default(256),
    timeout: z.int().default(10),
    access: access.default({}),
    /** `max_connections`; a variable of the environment is text. */
    databaseConnections: z.coerce.number().int().min(1).optional(),
    vpcConfig: z.strictObject({ vpcId: text, subnetId: text }).optional(),
    environment: environment.default({}),
    customDomain: z
      .strictObject({
        domain: z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/),
        protocol: z.enum(['HTTP', 'HTTPS', 'HTTP&HTTPS']),
        certificateId: text.optional(),
      })
      .optional(),
  }),
  plugins: z.array(text).optional(),
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
