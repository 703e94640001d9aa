import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText, order, orderId } from './membership.ts';
import { operation } from './operation.ts';
import { merchantId } from './ops-merchants.ts';
import { pageLimit } from './quota.ts';
import { TASK_STATES, taskId } from './tasks.ts';

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
    'Tasks of all merchants, newest first: of one, of a state, one by its id, or those that a request ordered, with what else it set off.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({
    merchantId: z.optional(merchantId),
    state: z.optional(taskState),
    taskId: z.optional(taskId),
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
  summary: 'Orders of all merchants, newest first: of one, or one by its id.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({
    merchantId: z.optional(merchantId),
    orderId: z.optional(orderId),
    cursor: z.optional(orderId),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(z.strictObject({ merchantId: z.string(), order })),
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
