import * as z from 'zod/mini';
import { lineOfText, orderId } from './membership.ts';
import { operation } from './operation.ts';

/** Kept with what was done, for whoever asks later. */
const reason = lineOfText(2, 80);

export const refundOrder = operation({
  name: 'refund-order',
  method: 'POST',
  summary: 'Gives money back for a paid order: the whole, or the share of its credits that nobody has spent.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({ orderId, mode: z.enum(['whole', 'unused']), reason }),
  output: z.strictObject({
    refundId: z.string(),
    orderId: z.string(),
    kind: z.enum(['whole', 'unused', 'second_payment']),
    /** `abnormal`: a person must act at the channel. `closed`: the channel refused for good, and the credits have returned. */
    state: z.enum(['requested', 'processing', 'succeeded', 'abnormal', 'closed']),
    amountFen: z.int(),
    /** Taken from the merchant with it. */
    credits: z.int(),
    /** Why the channel has not done it yet, in its own word. */
    errorCode: z.optional(z.string()),
    createdAtMs: z.int(),
    endedAtMs: z.optional(z.int()),
  }),
  status: 201,
  errors: ['NOT_FOUND', 'OWN_ACCOUNT', 'ORDER_NOT_PAID', 'NOTHING_TO_REFUND'],
  idempotencyKey: 'required',
});

export const setOrderFreeze = operation({
  name: 'set-order-freeze',
  method: 'POST',
  summary: "Puts a paid order's credits out of reach while somebody looks, or gives them back.",
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({ orderId, frozen: z.boolean(), reason }),
  output: z.strictObject({ orderId: z.string(), frozen: z.boolean() }),
  errors: ['NOT_FOUND', 'OWN_ACCOUNT', 'ORDER_NOT_PAID', 'FREEZE_UNCHANGED', 'RELEASE_REFUSED'],
  idempotencyKey: 'required',
});
