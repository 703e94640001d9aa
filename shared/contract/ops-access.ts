import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';

const totpCode = z.string().check(z.regex(/^\d{6}$/));
/** Of whoever is at the console: also support looks at what wants a second factor. */
const OWN_FACTOR = { role: 'support' } as const;
const steppedUp = z.strictObject({ steppedUpUntilMs: z.int() });

export const getOperator = operation({
  name: 'get-operator',
  method: 'GET',
  summary: 'Who is at the console: name, role, and whether a second factor was enrolled and shown.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    operatorId: z.string(),
    name: z.string(),
    role: z.enum(['operator', 'support']),
    enrolled: z.boolean(),
    steppedUpUntilMs: z.optional(z.int()),
  }),
});

export const enrolTotp = operation({
  name: 'enrol-totp',
  operators: OWN_FACTOR,
  method: 'POST',
  summary:
    "A new secret for the operator's authenticator. In use from confirm-totp on; a first one within 15 minutes of signing in, another one after step-up.",
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    /** `otpauth://totp/…`, to be drawn as a QR code. */
    uri: z.string(),
    /** The same to be typed: base32. */
    secret: z.string(),
  }),
  status: 201,
  errors: ['SIGN_IN_AGAIN', 'STEP_UP_REQUIRED', 'TOTP_SPENT'],
  idempotencyKey: 'required',
  secretReply: true,
});

export const confirmTotp = operation({
  name: 'confirm-totp',
  operators: OWN_FACTOR,
  method: 'POST',
  summary: 'Shows the first code of the secret that was enrolled last, which is in use from now on.',
  caller: 'operator',
  input: z.strictObject({ code: totpCode }),
  output: steppedUp,
  errors: ['TOTP_INCORRECT', 'TOTP_SPENT', 'TOTP_NOT_ENROLLED'],
  idempotencyKey: 'required',
});

export const stepUp = operation({
  name: 'step-up',
  operators: OWN_FACTOR,
  method: 'POST',
  summary: 'Shows a code of the authenticator. This session may then do for 15 minutes what needs one.',
  caller: 'operator',
  input: z.strictObject({ code: totpCode }),
  output: steppedUp,
  errors: ['TOTP_INCORRECT', 'TOTP_SPENT', 'TOTP_NOT_ENROLLED'],
  idempotencyKey: 'required',
});

const word = z.string().check(z.regex(/^[\w:.-]{1,64}$/));

export const listAudit = operation({
  name: 'list-audit',
  method: 'GET',
  summary: 'What operators did and looked at, newest first; by actor, action and target.',
  caller: 'operator',
  input: z.strictObject({
    actor: z.optional(word),
    action: z.optional(word),
    target: z.optional(word),
    cursor: z.optional(z.string().check(z.regex(/^\d{1,19}$/))),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        auditId: z.string(),
        /** An operator's id, or `command-line`. */
        actor: z.string(),
        action: z.string(),
        target: z.string(),
        reason: z.string(),
        /** JSON, masked. */
        details: z.string(),
        requestId: z.string(),
        createdAtMs: z.int(),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});
