import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';

/** Kept with what was done, for whoever asks later. */
const reason = lineOfText(2, 80);
const batchId = idOf('rdb');
const access = z.enum(['basic', 'member']);

/** As it is printed, `XXXXX-XXXXX-XXXXX-XXXXX`; small letters, spaces and missing hyphens are forgiven, as are O, I and L for 0 and 1. */
const code = z.string().check(z.regex(/^ *(?:[0-9A-Za-z][ -]*){20}$/, '须为 20 位卡密'), z.maxLength(64));

export const redeemCode = operation({
  name: 'redeem-code',
  method: 'POST',
  summary: 'Exchanges a redeem code (卡密) for credits. Each merchant can use a code once.',
  caller: 'merchant',
  input: z.strictObject({ code }),
  output: z.strictObject({ lotId: z.string(), credits: z.int(), expiresAtMs: z.int() }),
  status: 201,
  errors: ['REDEEM_CODE_UNKNOWN', 'REDEEM_CODE_OVER', 'REDEEM_CODE_USED'],
  idempotencyKey: 'required',
  rateLimit: { limit: 10, windowSeconds: 600 },
});

export const createRedeemBatch = operation({
  name: 'create-redeem-batch',
  method: 'POST',
  summary: 'Makes a batch of redeem codes. The codes are in this answer and nowhere else: only their hashes are kept.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({
    name: lineOfText(1, 40),
    codes: z.int().check(z.gte(1), z.lte(1000)),
    credits: z.int().check(z.gte(1), z.lte(100_000)),
    /** How long redeemed credits last. */
    days: z.int().check(z.gte(1), z.lte(366)),
    /** Merchants who can use one code. */
    uses: z.int().check(z.gte(1), z.lte(100_000)),
    /** How long the codes can be redeemed, from now. */
    validDays: z.int().check(z.gte(1), z.lte(1096)),
    access,
    reason,
  }),
  output: z.strictObject({
    batchId: z.string(),
    expiresAtMs: z.int(),
    /** UTF-8 with a byte order mark, one code a line. */
    csv: z.string(),
  }),
  status: 201,
  errors: ['REDEEM_CODES_SHOWN'],
  idempotencyKey: 'required',
  secretReply: true,
});

export const listRedeemBatches = operation({
  name: 'list-redeem-batches',
  method: 'GET',
  summary: 'Batches of redeem codes, newest first, or the one of an id, and how often their codes were used.',
  caller: 'operator',
  input: z.strictObject({ batchId: z.optional(batchId), cursor: z.optional(batchId), limit: pageLimit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        batchId: z.string(),
        name: z.string(),
        codes: z.int(),
        credits: z.int(),
        days: z.int(),
        access,
        uses: z.int(),
        redeemed: z.int(),
        createdBy: z.string(),
        createdAtMs: z.int(),
        expiresAtMs: z.int(),
        revokedAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const listRedeemCodes = operation({
  name: 'list-redeem-codes',
  method: 'GET',
  summary: 'The codes of a batch by number and last four characters, with how often each was used.',
  caller: 'operator',
  input: z.strictObject({
    batchId,
    use: z.optional(z.enum(['used', 'unused'])),
    cursor: z.optional(z.string().check(z.regex(/^[1-9]\d{0,3}$/))),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(z.strictObject({ n: z.int(), hint: z.string(), used: z.int() })),
    nextCursor: z.optional(z.string()),
  }),
});

export const revokeRedeemBatch = operation({
  name: 'revoke-redeem-batch',
  method: 'POST',
  summary:
    'Ends a batch: its codes can no longer be redeemed. What was redeemed stays. One that was ended before is answered as it is.',
  caller: 'operator',
  input: z.strictObject({ batchId, reason }),
  output: z.strictObject({ batchId: z.string(), revokedAtMs: z.int() }),
  errors: ['NOT_FOUND'],
  idempotencyKey: 'required',
});
