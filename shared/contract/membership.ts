import * as z from 'zod/mini';
import { operation } from './operation.ts';

const id = (prefix: string) => z.string().check(z.regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`)));
export const orderId = id('ord');

export const channelId = z.enum(['wechat']);

const plan = z.strictObject({
  planId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  amountFen: z.int(),
  credits: z.int(),
  days: z.int(),
});

export const order = z.strictObject({
  orderId: z.string(),
  planId: z.string(),
  channel: channelId,
  state: z.enum(['pending', 'paid', 'closed']),
  amountFen: z.int(),
  credits: z.int(),
  days: z.int(),
  /** What the merchant's phone scans, while the order can be paid. */
  codeUrl: z.optional(z.string()),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  paidAtMs: z.optional(z.int()),
});

export const listPlans = operation({
  name: 'list-plans',
  method: 'GET',
  summary: 'Plans on sale and the payment channels that are open.',
  caller: 'anyone',
  input: z.strictObject({}),
  output: z.strictObject({
    plans: z.array(plan),
    channels: z.array(z.strictObject({ channel: channelId, open: z.boolean() })),
  }),
});

export const purchaseMembership = operation({
  name: 'purchase-membership',
  method: 'POST',
  summary: 'Orders a plan. While an order of the same plan and channel is unpaid, answers that one.',
  caller: 'merchant',
  input: z.strictObject({
    planId: z.string().check(z.regex(/^[a-z0-9_]{1,32}$/)),
    channel: channelId,
  }),
  output: order,
  status: 201,
  errors: ['PLAN_NOT_FOUND', 'CHANNEL_CLOSED', 'PAYMENT_CHANNEL_FAILED'],
  idempotencyKey: 'required',
  rateLimit: { limit: 20, windowSeconds: 60 },
});

export const getOrder = operation({
  name: 'get-order',
  method: 'GET',
  summary: "One of the merchant's orders.",
  caller: 'merchant',
  input: z.strictObject({ orderId }),
  output: order,
  errors: ['NOT_FOUND'],
});

export const getMembership = operation({
  name: 'get-membership',
  method: 'GET',
  summary: 'The membership: none, active, expiring (7 days or less left) or expired.',
  caller: 'merchant',
  input: z.strictObject({}),
  output: z.strictObject({
    state: z.enum(['none', 'active', 'expiring', 'expired']),
    planId: z.optional(z.string()),
    fromAtMs: z.optional(z.int()),
    endsAtMs: z.optional(z.int()),
  }),
});

export const payCallbackWechat = operation({
  name: 'pay-callback-wechat',
  method: 'POST',
  summary: 'WeChat Pay v3 notify. Acknowledged only when the grant is durable.',
  caller: 'callback',
  /** The provider's document; what matters of it is inside its sealed resource. */
  input: z.looseObject({}),
  output: z.strictObject({}),
  errors: ['CALLBACK_REFUSED'],
  reply: 'raw',
  /** A provider's retries are never turned away before they are read. */
  rateLimit: undefined,
});
