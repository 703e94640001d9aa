import * as z from 'zod/mini';
import { operation } from './operation.ts';

/** Rows of a page, 1 to 100. */
export const pageLimit = z.optional(z.string().check(z.regex(/^([1-9]\d?|100)$/)));

export const queryQuota = operation({
  name: 'query-quota',
  method: 'GET',
  summary: 'Credits that can be spent now, and the lots they are in, earliest expiry first.',
  caller: 'merchant',
  input: z.strictObject({}),
  output: z.strictObject({
    available: z.int(),
    lots: z.array(z.strictObject({ lotId: z.string(), amount: z.int(), remaining: z.int(), expiresAtMs: z.int() })),
  }),
});

export const entry = z.strictObject({
  entryId: z.string(),
  kind: z.enum(['grant', 'deduct', 'refund', 'expire', 'revoke']),
  amount: z.int(),
  lotId: z.string(),
  taskId: z.optional(z.string()),
  orderId: z.optional(z.string()),
  reversesEntryId: z.optional(z.string()),
  createdAtMs: z.int(),
});

export const listQuotaEntries = operation({
  name: 'list-quota-entries',
  method: 'GET',
  summary: 'The credit ledger, newest first.',
  caller: 'merchant',
  input: z.strictObject({
    cursor: z.optional(z.string().check(z.regex(/^\d{1,19}$/))),
    limit: pageLimit,
  }),
  output: z.strictObject({ items: z.array(entry), nextCursor: z.optional(z.string()) }),
});
