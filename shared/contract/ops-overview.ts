import * as z from 'zod/mini';
import { operation } from './operation.ts';

/** `YYYY-MM-DD` in China. */
const day = z.string();

const figures = z.strictObject({
  /** Tasks by the day on which they were created. */
  tasks: z.strictObject({
    created: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    canceled: z.int(),
    expired: z.int(),
    open: z.int(),
  }),
  /** Succeeded of those that succeeded or failed, 0 to 1; null while there are none. */
  successRate: z.nullable(z.number()),
  /** Most frequent first. */
  failures: z.array(z.strictObject({ errorCode: z.string(), tasks: z.int() })),
  /** By the day on which they were booked. A second payment that goes back is neither. */
  money: z.strictObject({
    orders: z.int(),
    /** Of these, paid after they had run out. */
    lateOrders: z.int(),
    paidFen: z.int(),
    refunds: z.int(),
    refundedFen: z.int(),
    /** Paid, less what went back. */
    revenueFen: z.int(),
  }),
  credits: z.strictObject({
    sold: z.int(),
    /** Redeemed, and given by operators. */
    given: z.int(),
    /** Taken by tasks, less what they gave back. */
    used: z.int(),
    returned: z.int(),
  }),
  newMerchants: z.int(),
});

export const getOverview = operation({
  name: 'get-overview',
  method: 'GET',
  summary:
    'How it goes: today, 7 and 30 days by days in China, and what waits now. What nobody has measured is null, not 0.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    /** Of today's figures; null: never yet. */
    measuredAtMs: z.nullable(z.int()),
    periods: z.array(
      z.strictObject({
        period: z.enum(['today', '7days', '30days']),
        firstDay: day,
        lastDay: day,
        /** Of which there are figures. */
        measuredDays: z.int(),
        figures: z.nullable(figures),
      }),
    ),
    /** The last thirty, oldest first. */
    days: z.array(z.strictObject({ day, figures: z.nullable(figures) })),
    now: z.strictObject({
      queue: z.strictObject({
        awaitingUpload: z.int(),
        queued: z.int(),
        processing: z.int(),
        /** How long the task has waited that has waited longest; null: none waits. */
        oldestWaitMs: z.nullable(z.int()),
      }),
      engines: z.array(
        z.strictObject({
          engine: z.string(),
          /** Named in AI_ENGINES. */
          configured: z.boolean(),
          state: z.enum(['working', 'resting']),
          /** In a row. */
          failures: z.int(),
          restsUntilMs: z.optional(z.int()),
          waiting: z.int(),
          oldestWaitMs: z.nullable(z.int()),
        }),
      ),
      /** Of live lots, what ends within seven days; null: not measured today. */
      creditsExpiring: z.nullable(z.int()),
      openCases: z.int(),
      openInvoices: z.int(),
    }),
  }),
});
