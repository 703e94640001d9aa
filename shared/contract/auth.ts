import * as z from 'zod/mini';
import { operation } from './operation.ts';

export const phone = z.string().check(z.regex(/^1[3-9]\d{9}$/));
const code = z.string().check(z.regex(/^\d{6}$/));
/** In the mini-program, where there are no cookies, the refresh token travels in the body. */
const refreshToken = z.optional(z.string().check(z.regex(/^[\w-]{43}$/)));

export const account = z.strictObject({
  merchantId: z.string(),
  phoneMasked: z.string(),
  createdAtMs: z.int(),
});

const signedIn = z.strictObject({
  accessToken: z.string(),
  accessExpiresAtMs: z.int(),
  refreshToken: z.optional(z.string()),
  refreshExpiresAtMs: z.int(),
  account,
  registered: z.boolean(),
});

export const sendCode = operation({
  name: 'send-code',
  method: 'POST',
  summary: 'Sends a six-digit login code by SMS. The answer is the same for known and unknown phones.',
  caller: 'anyone',
  input: z.strictObject({ phone, captcha: z.optional(z.string().check(z.maxLength(2048))) }),
  output: z.strictObject({ expiresInSeconds: z.int(), resendAfterSeconds: z.int() }),
  errors: ['CAPTCHA_REQUIRED', 'CODE_RATE_LIMITED', 'ADDRESS_RATE_LIMITED', 'SMS_BUDGET_SPENT', 'SMS_FAILED'],
  rateLimit: { limit: 30, windowSeconds: 60 },
});

export const login = operation({
  name: 'login',
  method: 'POST',
  summary: 'Signs in with a login code; a new phone is registered.',
  caller: 'anyone',
  input: z.strictObject({
    phone,
    code,
    /** The version of the user agreement and privacy policy that the merchant agreed to. */
    consentVersion: z.string().check(z.regex(/^[\w.-]{1,32}$/)),
    /** Of whoever invited: counts at the first login of a new phone, and is passed over otherwise; so is one that nobody has. */
    inviteCode: z.optional(z.string().check(z.regex(/^[0-9A-HJKMNP-TV-Z]{8}$/))),
    /** `body`: the refresh token is returned in the body instead of a cookie (mini-program). */
    tokenIn: z._default(z.enum(['cookie', 'body']), 'cookie'),
  }),
  output: signedIn,
  errors: ['CODE_INCORRECT', 'CODE_EXPIRED', 'CODE_TRIES_EXCEEDED', 'ACCOUNT_SUSPENDED', 'SIGN_UP_CLOSED'],
  rateLimit: { limit: 30, windowSeconds: 60 },
  secretReply: true,
});

export const refreshSession = operation({
  name: 'refresh-session',
  method: 'POST',
  summary: `Exchanges the refresh token for the next one and a new access token. A token used twice ends its session; with the
Idempotency-Key of the first time, within a minute, the lost answer is given again instead.`,
  caller: 'anyone',
  input: z.strictObject({ refreshToken }),
  output: z.strictObject({
    accessToken: z.string(),
    accessExpiresAtMs: z.int(),
    refreshToken: z.optional(z.string()),
    refreshExpiresAtMs: z.int(),
  }),
  errors: ['NOT_SIGNED_IN', 'TOKEN_EXPIRED', 'SESSION_REVOKED', 'ORIGIN_REFUSED'],
  rateLimit: { limit: 60, windowSeconds: 60 },
  secretReply: true,
});

export const logout = operation({
  name: 'logout',
  method: 'POST',
  summary:
    "Ends the session of the refresh token or, with `viewToken`, an operator's view and no session. Answers the same when there is none.",
  caller: 'anyone',
  input: z.strictObject({
    refreshToken,
    /** From view-as: it ends before its ten minutes are over. */
    viewToken: z.optional(z.string().check(z.maxLength(1024), z.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/))),
  }),
  output: z.strictObject({}),
  errors: ['ORIGIN_REFUSED'],
});

export const getAccount = operation({
  name: 'get-account',
  method: 'GET',
  summary: 'Who is signed in.',
  caller: 'merchant',
  input: z.strictObject({}),
  output: account,
});

const SESSION_ID = /^ses_[0-9A-HJKMNP-TV-Z]{26}$/;

export const listSessions = operation({
  name: 'list-sessions',
  viewAs: false,
  method: 'GET',
  summary: 'Where the merchant is signed in, the newest first.',
  caller: 'merchant',
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        sessionId: z.string(),
        /** The one that asks. */
        current: z.boolean(),
        address: z.string(),
        userAgent: z.string(),
        createdAtMs: z.int(),
        lastUsedAtMs: z.int(),
        expiresAtMs: z.int(),
      }),
    ),
  }),
});

export const revokeSession = operation({
  name: 'revoke-session',
  method: 'POST',
  summary:
    'Ends a session, or `others`: all but the one that asks. It cannot be refreshed any more; what it holds ends within 15 minutes.',
  caller: 'merchant',
  input: z.strictObject({ sessionId: z.string().check(z.regex(new RegExp(`${SESSION_ID.source}|^others$`))) }),
  output: z.strictObject({}),
  errors: ['NOT_FOUND'],
});

export const deleteAccount = operation({
  name: 'delete-account',
  method: 'POST',
  summary:
    "Deletes the account and what is personal in it, at once and for good. Proof: a fresh code that send-code sent to the account's own phone.",
  caller: 'merchant',
  input: z.strictObject({
    /** The account's own, whole: typed by whoever means it. */
    phone,
    code,
    /** That credits which are left are lost, and nothing can be restored. */
    understood: z.literal(true),
  }),
  output: z.strictObject({
    /** Tasks that were under way, and ended with their credits back. */
    canceledTasks: z.int(),
    /** Credits that were left, those included. */
    forfeitedCredits: z.int(),
  }),
  errors: ['CODE_INCORRECT', 'CODE_EXPIRED', 'CODE_TRIES_EXCEEDED', 'ACCOUNT_SUSPENDED', 'ORDER_OPEN'],
});
