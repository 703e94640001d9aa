import * as z from 'zod/mini';
import { isChinaDay } from './china-day.ts';
import { chinaDay } from './day.ts';
import { idOf } from './ids.ts';
import { channelId, lineOfText, order, orderId } from './membership.ts';
import { operation } from './operation.ts';
import { merchantId } from './ops-merchants.ts';
import { pageLimit } from './quota.ts';
import { featureId, TASK_STATES, taskId } from './tasks.ts';

const taskState = z.enum(TASK_STATES);
const caseId = idOf('cas');

/** What of a request's traces the database knows. */
export const TRACE_EVENTS = [
  ...[
    'task_created',
    'photo_received',
    'task_queued',
    'task_started',
    'job_submitted',
    'job_ended',
    'credits',
    'task_ended',
  ],
  ...['order_created', 'payment', 'refund', 'refund_ended', 'order_closed', 'operator'],
] as const;

export const searchTasks = operation({
  name: 'search-tasks',
  method: 'GET',
  summary:
    'Tasks of all merchants, newest first: of one, of a state, a card, a cause or a day, one by its id, or those that a request ordered, with what else it set off.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({
    merchantId: z.optional(merchantId),
    state: z.optional(taskState),
    taskId: z.optional(taskId),
    featureId: z.optional(featureId),
    /** Why they failed. */
    errorCode: z.optional(z.string().check(z.regex(/^[A-Z][A-Z0-9_]{1,47}$/))),
    /** In China, on which they were created. */
    day: z.optional(chinaDay),
    /** The trace of a request, or its requestId where none came with it. */
    trace: z.optional(z.string().check(z.regex(/^[\w.:-]{1,64}$/))),
    cursor: z.optional(taskId),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        taskId: z.string(),
        merchantId: z.string(),
        featureId: z.string(),
        featureVersion: z.int(),
        state: taskState,
        credits: z.int(),
        refundedCredits: z.int(),
        errorCode: z.optional(z.string()),
        retryOf: z.optional(z.string()),
        createdAtMs: z.int(),
        startedAtMs: z.optional(z.int()),
        endedAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
    /** With `trace`, on the first page: orders of that request, and what is known of all of it, in the order of time. */
    traced: z.optional(
      z.strictObject({
        orders: z.array(
          z.strictObject({
            orderId: z.string(),
            merchantId: z.string(),
            state: z.enum(['pending', 'paid', 'closed']),
            amountFen: z.int(),
            createdAtMs: z.int(),
          }),
        ),
        events: z.array(
          z.strictObject({
            atMs: z.int(),
            /** The task or order; of an operator's act what it was done to. */
            about: z.string(),
            event: z.enum(TRACE_EVENTS),
            /** Photo, step and unit, engine, credits, channel, action: what it was. */
            detail: z.string(),
          }),
        ),
      }),
    ),
  }),
});

export const searchOrders = operation({
  name: 'search-orders',
  method: 'GET',
  summary:
    "Orders of all merchants, newest first: of one, of a state, of a day; or one by its id or a number of its payment or refund, with its money's way.",
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({
    merchantId: z.optional(merchantId),
    orderId: z.optional(orderId),
    state: z.optional(z.enum(['pending', 'paid', 'closed'])),
    /** In China, on which they were ordered. */
    day: z.optional(chinaDay),
    /** The channel's of a payment (transaction_id, trade_no), ours at the channel (out_trade_no), or a refund's (out_refund_no). */
    number: z.optional(z.string().check(z.regex(/^\w{6,64}$/))),
    cursor: z.optional(orderId),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        merchantId: z.string(),
        order,
        /** Its credits are out of reach although nothing was refunded: somebody has to look, or its account was deleted. */
        frozen: z.boolean(),
      }),
    ),
    nextCursor: z.optional(z.string()),
    /** With `orderId` or `number`: every payment and refund, oldest first. */
    money: z.optional(
      z.strictObject({
        payments: z.array(
          z.strictObject({
            orderId: z.string(),
            channel: channelId,
            transactionId: z.string(),
            outTradeNo: z.string(),
            amountFen: z.int(),
            /** `refund_due`: a second payment, which goes back. */
            disposition: z.enum(['granted', 'refund_due']),
            paidAtMs: z.int(),
            /** The day of the channel's bill that shows it. */
            billedOn: z.optional(z.string()),
          }),
        ),
        refunds: z.array(
          z.strictObject({
            refundId: z.string(),
            orderId: z.string(),
            kind: z.enum(['whole', 'unused', 'second_payment']),
            state: z.enum(['requested', 'processing', 'succeeded', 'abnormal', 'closed']),
            amountFen: z.int(),
            errorCode: z.optional(z.string()),
            createdAtMs: z.int(),
            /** When it is sent or asked about again; without one only a person can move it on, or it has ended. */
            nextAtMs: z.optional(z.int()),
            endedAtMs: z.optional(z.int()),
            billedOn: z.optional(z.string()),
          }),
        ),
      }),
    ),
  }),
});

/** The last day and channel of the page before. */
const billCursor = z.optional(
  z.string().check(
    z.regex(/^[\d-]{10}_(wechat|alipay)$/),
    z.refine((text) => isChinaDay(text.slice(0, 10)), {
      error: '应为上一页给出的位置',
      params: { rule: 'format:cursor', en: 'must be what the page before gave' },
    }),
  ),
);

export const listBills = operation({
  name: 'list-bills',
  method: 'GET',
  summary:
    "The channels' daily bills, newest first: what was in each, what comparing it with our books has shown, and the report.",
  caller: 'operator',
  input: z.strictObject({ cursor: billCursor, limit: pageLimit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        channel: channelId,
        day: z.string(),
        /** `waiting`: the channel has not made it yet, or could not be asked. */
        state: z.enum(['waiting', 'done']),
        /** How often it was fetched. */
        attempts: z.int(),
        nextAtMs: z.optional(z.int()),
        doneAtMs: z.optional(z.int()),
        /** Of one that is done. */
        compared: z.optional(
          z.strictObject({
            payments: z.int(),
            paidFen: z.int(),
            refunds: z.int(),
            refundedFen: z.int(),
            /** Differences that it showed; each is a case. */
            findings: z.int(),
            /** Fifteen minutes good. */
            reportUrl: z.optional(z.string()),
          }),
        ),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const listCases = operation({
  name: 'list-cases',
  method: 'GET',
  summary: 'Where the channels and our books differ, oldest first; open ones unless others are asked for.',
  caller: 'operator',
  input: z.strictObject({
    state: z.optional(z.enum(['open', 'ended'])),
    cursor: z.optional(caseId),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        caseId: z.string(),
        class: z.enum(['paid_not_granted', 'granted_not_paid', 'amount_differs', 'refund_differs', 'paid_twice']),
        channel: z.string(),
        /** The channel's number, an order or a refund. */
        subject: z.string(),
        orderId: z.optional(z.string()),
        expectedFen: z.optional(z.int()),
        actualFen: z.optional(z.int()),
        state: z.enum(['open', 'ended']),
        /** What was done by itself. */
        remedy: z.string(),
        createdAtMs: z.int(),
        endedAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const resolveCase = operation({
  name: 'resolve-case',
  method: 'POST',
  summary: 'Ends a case that somebody has worked off; the note says how.',
  caller: 'operator',
  input: z.strictObject({ caseId, note: lineOfText(2, 80) }),
  output: z.strictObject({ caseId: z.string(), state: z.literal('ended') }),
  errors: ['NOT_FOUND', 'CASE_ENDED'],
  idempotencyKey: 'required',
});
