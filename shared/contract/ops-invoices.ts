import * as z from 'zod/mini';
import { lineOfText, orderId } from './membership.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';

const invoiceState = z.enum(['requested', 'issued', 'rejected']);

export const listInvoices = operation({
  name: 'list-invoices',
  method: 'GET',
  summary: 'Invoices (发票) that merchants asked for, oldest first; those that wait unless others are asked for.',
  caller: 'operator',
  // Titles, tax numbers and addresses: for those alone who issue them.
  operators: { role: 'operator', audited: true },
  input: z.strictObject({ state: z.optional(invoiceState), cursor: z.optional(orderId), limit: pageLimit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        orderId: z.string(),
        merchantId: z.string(),
        state: invoiceState,
        titleKind: z.enum(['personal', 'company']),
        title: z.string(),
        taxNumber: z.optional(z.string()),
        email: z.string(),
        /** To be issued: paid, less what has gone back by now. Of one that was issued: what it said. */
        amountFen: z.int(),
        invoiceNumber: z.optional(z.string()),
        createdAtMs: z.int(),
        endedAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const fulfilInvoice = operation({
  name: 'fulfil-invoice',
  method: 'POST',
  summary: 'Says that an invoice was issued, under which number and of what amount; or that it is rejected, and why.',
  caller: 'operator',
  input: z
    .strictObject({
      orderId,
      state: z.enum(['issued', 'rejected']),
      /** What it says; must be what was paid less what went back. */
      amountFen: z.int().check(z.gte(0), z.lte(100_000_000)),
      /** 20 digits of a fully digital one, 8 of an older one. */
      invoiceNumber: z.optional(z.string().check(z.regex(/^(\d{8}|\d{20})$/))),
      reason: lineOfText(2, 80),
    })
    .check(
      z.refine(({ state, invoiceNumber }) => (state === 'issued') === (invoiceNumber !== undefined), {
        path: ['invoiceNumber'],
        error: '已开具必须填写发票号码，驳回不能填写',
        params: { rule: 'issued_only', en: 'is required of an issued invoice, and of no other' },
      }),
    ),
  output: z.strictObject({ orderId: z.string(), state: z.enum(['issued', 'rejected']) }),
  errors: ['NOT_FOUND', 'INVOICE_ENDED', 'AMOUNT_CHANGED'],
  idempotencyKey: 'required',
});
