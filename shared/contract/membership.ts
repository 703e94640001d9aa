import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';
import { isCreditCode } from './tax-number.ts';

export const orderId = idOf('ord');

export const channelId = z.enum(['wechat', 'alipay']);

/** `qr`: a code to scan. `h5`: WeChat Pay in a phone's browser. `page`, `wap`: Alipay on a computer, in a phone's browser. */
export const payMethod = z.enum(['qr', 'h5', 'page', 'wap']);

const plan = z.strictObject({
  planId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  amountFen: z.int(),
  credits: z.int(),
  days: z.int(),
  /** Which cards its credits pay for: of `member` all, of `basic` those that are not for members alone. */
  access: z.enum(['basic', 'member']),
  /** Price, credits, days and access as one word, opaque: sent back by `purchase-membership`, it says what the buyer was shown. */
  offer: z.string(),
});

const orderFields = {
  orderId: z.string(),
  planId: z.string(),
  /** As the plan was called when it was ordered. */
  planNameZh: z.string(),
  planNameEn: z.string(),
  /** The one that was paid, or asked for. */
  channel: channelId,
  state: z.enum(['pending', 'paid', 'closed']),
  amountFen: z.int(),
  credits: z.int(),
  days: z.int(),
  /** What the merchant's phone scans, while the order can be paid. */
  codeUrl: z.optional(z.string()),
  /** While pending: the ways of paying that are open, newest first. Paying by any of them pays the order. */
  attempts: z.optional(
    z.array(z.strictObject({ channel: channelId, method: payMethod, codeUrl: z.optional(z.string()) })),
  ),
  /** Of the amount: given back, or on its way. */
  refundedFen: z.int(),
  /** Of the 发票, once it was asked for. */
  invoice: z.optional(z.enum(['requested', 'issued', 'rejected'])),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  paidAtMs: z.optional(z.int()),
};
export const order = z.strictObject(orderFields);

export const listPlans = operation({
  name: 'list-plans',
  method: 'GET',
  summary: 'Plans on sale and the payment channels that are open.',
  caller: 'anyone',
  input: z.strictObject({}),
  output: z.strictObject({
    plans: z.array(plan),
    channels: z.array(z.strictObject({ channel: channelId, open: z.boolean(), methods: z.array(payMethod) })),
  }),
});

export const purchaseMembership = operation({
  name: 'purchase-membership',
  method: 'POST',
  summary:
    'Orders a plan. While an order of the same plan and offer is unpaid, answers that one, to be paid by the channel and method that are asked for.',
  caller: 'merchant',
  input: z.strictObject({
    planId: z.string().check(z.regex(/^[a-z0-9_]{1,32}$/)),
    /** What the buyer was shown, as `list-plans` told it: a plan that has another price, credits, days or access by now is not ordered. */
    offer: z.optional(z.string().check(z.regex(/^[\w-]{1,64}$/))),
    channel: channelId,
    method: z._default(payMethod, 'qr'),
    /** Where `page` and `wap` send the browser back to, on the site that asks. */
    returnPath: z.optional(
      z.string().check(
        z.regex(/^\/[\w\-./?=&#]{0,200}$/),
        z.refine((path) => !path.startsWith('//')),
      ),
    ),
  }),
  output: z.strictObject({
    ...orderFields,
    method: payMethod,
    /** Where the browser goes to pay; not of `qr`. */
    payUrl: z.optional(z.string()),
  }),
  status: 201,
  errors: ['PLAN_NOT_FOUND', 'PLAN_CHANGED', 'CHANNEL_CLOSED', 'PAYMENT_CHANNEL_FAILED'],
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

export const listOrders = operation({
  name: 'list-orders',
  method: 'GET',
  summary: "The merchant's orders, newest first.",
  caller: 'merchant',
  input: z.strictObject({ limit: pageLimit, cursor: z.optional(orderId) }),
  output: z.strictObject({ items: z.array(order), nextCursor: z.optional(z.string()) }),
});

export const getReceipt = operation({
  name: 'get-receipt',
  method: 'GET',
  summary:
    'What was paid for an order, when and how, and what of it went back. No tax document: that is request-invoice.',
  caller: 'merchant',
  input: z.strictObject({ orderId }),
  output: z.strictObject({
    receiptNumber: z.string(),
    orderId: z.string(),
    planNameZh: z.string(),
    planNameEn: z.string(),
    credits: z.int(),
    days: z.int(),
    amountFen: z.int(),
    refundedFen: z.int(),
    channel: channelId,
    /** The channel's number of the payment. */
    transactionId: z.string(),
    paidAtMs: z.int(),
    refunds: z.array(
      z.strictObject({
        refundId: z.string(),
        amountFen: z.int(),
        credits: z.int(),
        state: z.enum(['requested', 'processing', 'succeeded', 'abnormal']),
        createdAtMs: z.int(),
        endedAtMs: z.optional(z.int()),
      }),
    ),
  }),
  errors: ['NOT_FOUND', 'ORDER_NOT_PAID'],
});

/** 统一社会信用代码 of 18 characters, or the 15 to 20 of older registrations. */
const taxNumber = z.string().check(
  z.regex(/^[0-9A-Z]{15,20}$/),
  z.refine((number) => number.length !== 18 || isCreditCode(number), {
    error: '统一社会信用代码校验位不正确',
    params: { rule: 'tax_number', en: 'has a wrong check character' },
  }),
);

/** One line of text without spaces around it. A pattern alone: a length rule would also judge a list. */
export const lineOfText = (min: number, max: number) =>
  z.string().check(
    z.regex(new RegExp(`^(?=\\S)[^\\p{Cc}\\p{Cf}\\p{Cs}]{${min},${max}}(?<=\\S)$`, 'u'), {
      error: `应为 ${min}–${max} 个字，首尾不能有空格`,
    }),
  );

export const requestInvoice = operation({
  name: 'request-invoice',
  method: 'POST',
  summary:
    'Asks for the 发票 of a paid order; an operator issues it. Asking again before that replaces what was asked.',
  caller: 'merchant',
  input: z
    .strictObject({
      orderId,
      titleKind: z.enum(['personal', 'company']),
      title: lineOfText(1, 100),
      /** Of a company, and of nobody else. */
      taxNumber: z.optional(taxNumber),
      email: z.email().check(z.maxLength(254)),
    })
    .check(
      z.refine(({ titleKind, taxNumber: number }) => (titleKind === 'company') === (number !== undefined), {
        path: ['taxNumber'],
        error: '企业抬头必须填写税号，个人抬头不能填写',
        params: { rule: 'company_only', en: 'is required of a company, and of nobody else' },
      }),
    ),
  output: z.strictObject({ orderId: z.string(), state: z.literal('requested'), amountFen: z.int() }),
  errors: ['NOT_FOUND', 'ORDER_NOT_PAID', 'INVOICE_ENDED'],
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
  /** The provider's document: its bytes are read once its signature over them holds. */
  input: z.looseObject({}),
  output: z.strictObject({}),
  errors: ['CALLBACK_REFUSED'],
  reply: 'raw',
  /** A provider's retries are never turned away before they are read. */
  rateLimit: undefined,
});

export const payCallbackAlipay = operation({
  name: 'pay-callback-alipay',
  method: 'POST',
  summary: 'Alipay notify. Acknowledged only when the grant is durable.',
  caller: 'callback',
  /** The provider's form; its signature is over the bytes as they came. */
  input: z.looseObject({}),
  output: z.strictObject({}),
  errors: ['CALLBACK_REFUSED'],
  reply: 'raw',
  /** A provider's retries are never turned away before they are read. */
  rateLimit: undefined,
});
