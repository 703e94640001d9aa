import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { operation } from './operation.ts';

/** Rows of a page, 1 to 100. */
export const pageLimit = z.optional(z.string().check(z.regex(/^([1-9]\d?|100)$/)));

export const queryQuota = operation({
  name: 'query-quota',
  method: 'GET',
  summary: 'Credits that can be spent now, and the lots they are in, earliest expiry first.',
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({}),
  output: z.strictObject({
    available: z.int(),
    lots: z.array(z.strictObject({ lotId: z.string(), amount: z.int(), remaining: z.int(), expiresAtMs: z.int() })),
  }),
});

/** The last line of the page before and the balance before it. */
export const entryCursor = z.optional(z.string().check(z.regex(/^\d{1,19}(_-?\d{1,15})?$/)));

export const entry = z.strictObject({
  entryId: z.string(),
  kind: z.enum(['grant', 'deduct', 'refund', 'expire', 'revoke']),
  amount: z.int(),
  lotId: z.string(),
  taskId: z.optional(z.string()),
  orderId: z.optional(z.string()),
  reversesEntryId: z.optional(z.string()),
  createdAtMs: z.int(),
  /** The sum of this line and all before it. Credits of a lot that has ended count until the line that writes them off. */
  balance: z.int(),
});

export const listQuotaEntries = operation({
  name: 'list-quota-entries',
  method: 'GET',
  summary: 'The credit ledger, newest first; with `taskId` the lines of that task alone.',
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({
    taskId: z.optional(idOf('tsk')),
    cursor: entryCursor,
    limit: pageLimit,
  }),
  output: z.strictObject({ items: z.array(entry), nextCursor: z.optional(z.string()) }),
});

export const exportQuotaEntries = operation({
  name: 'export-quota-entries',
  method: 'GET',
  summary:
    'The credit ledger as CSV (UTF-8 with its mark), newest first, in parts: `csv` of each part is put behind the one before.',
  caller: 'merchant',
  input: z.strictObject({ cursor: entryCursor }),
  output: z.strictObject({ fileName: z.string(), csv: z.string(), nextCursor: z.optional(z.string()) }),
});
