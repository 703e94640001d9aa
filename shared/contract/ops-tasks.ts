import * as z from 'zod/mini';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { TASK_STATES, taskId } from './tasks.ts';

export const traceTask = operation({
  name: 'trace-task',
  method: 'GET',
  summary:
    'Everything about one task: photos, steps, units and their attempts, jobs at engines, ledger lines, what operators did.',
  caller: 'operator',
  operators: { audited: true },
  input: z.strictObject({ taskId }),
  output: z.strictObject({
    taskId: z.string(),
    merchantId: z.string(),
    featureId: z.string(),
    featureVersion: z.int(),
    state: z.enum(TASK_STATES),
    /** Which runs, from 0. */
    step: z.int(),
    credits: z.int(),
    refundedCredits: z.int(),
    errorCode: z.optional(z.string()),
    retryOf: z.optional(z.string()),
    createdAtMs: z.int(),
    queuedAtMs: z.optional(z.int()),
    startedAtMs: z.optional(z.int()),
    endedAtMs: z.optional(z.int()),
    /** When this state is over. */
    deadlineAtMs: z.optional(z.int()),
    /** Of the request that ordered it: what the log's lines about it carry. */
    trace: z.optional(z.string()),
    inputs: z.array(
      z.strictObject({
        n: z.int(),
        contentType: z.string(),
        sizeBytes: z.int(),
        width: z.optional(z.int()),
        height: z.optional(z.int()),
        receivedAtMs: z.optional(z.int()),
      }),
    ),
    steps: z.array(
      z.strictObject({
        name: z.optional(z.string()),
        nameZh: z.optional(z.string()),
        nameEn: z.optional(z.string()),
        processor: z.string(),
        units: z.int(),
        timeLimitSeconds: z.int(),
        attempts: z.int(),
        engines: z.optional(z.array(z.string())),
      }),
    ),
    units: z.array(
      z.strictObject({
        step: z.int(),
        unit: z.int(),
        state: z.enum(['waiting', 'leased', 'done', 'failed', 'dropped']),
        attempts: z.int(),
        maxAttempts: z.int(),
        leaseId: z.optional(z.string()),
        leaseEndsAtMs: z.optional(z.int()),
        nextAtMs: z.int(),
        errorCode: z.optional(z.string()),
      }),
    ),
    jobs: z.array(
      z.strictObject({
        /** The lease's. */
        attemptId: z.string(),
        step: z.int(),
        unit: z.int(),
        attempt: z.int(),
        engine: z.string(),
        /** The vendor's; empty until it has answered. */
        jobId: z.string(),
        state: z.enum(['submitting', 'running', 'done', 'failed', 'dropped']),
        /** The vendor's code, or what a late result was. */
        detail: z.string(),
        createdAtMs: z.int(),
        endedAtMs: z.optional(z.int()),
      }),
    ),
    outputs: z.array(
      z.strictObject({
        step: z.int(),
        unit: z.int(),
        name: z.string(),
        contentType: z.string(),
        width: z.int(),
        height: z.int(),
        sizeBytes: z.int(),
        flags: z.string(),
      }),
    ),
    entries: z.array(
      z.strictObject({
        entryId: z.string(),
        kind: z.string(),
        credits: z.int(),
        lotId: z.string(),
        createdAtMs: z.int(),
      }),
    ),
    /** What operators did with it, newest first; the request's id finds its log lines. */
    audit: z.array(
      z.strictObject({
        auditId: z.string(),
        actor: z.string(),
        action: z.string(),
        reason: z.string(),
        requestId: z.string(),
        createdAtMs: z.int(),
      }),
    ),
  }),
  errors: ['NOT_FOUND'],
});

export const endTask = operation({
  name: 'end-task',
  method: 'POST',
  summary: 'Ends a task that has not ended: it fails, and its credits return to its merchant, once.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({ taskId, reason: lineOfText(2, 80) }),
  output: z.strictObject({ taskId: z.string(), state: z.literal('failed'), refundedCredits: z.int() }),
  errors: ['NOT_FOUND', 'TASK_ENDED'],
  idempotencyKey: 'required',
});

export const rerunTask = operation({
  name: 'rerun-task',
  method: 'POST',
  summary: `Repeats a merchant's task that ended without success, or with outputs missing, as retry-task would: charged as that is or, with
\`goodwill\`, out of credits that are granted for just that. Its photos must have arrived and still be there, within six days of its end.`,
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({ taskId, charge: z.enum(['merchant', 'goodwill']), reason: lineOfText(2, 80) }),
  output: z.strictObject({
    /** The new one. */
    taskId: z.string(),
    retryOf: z.string(),
    merchantId: z.string(),
    state: z.enum(TASK_STATES),
    /** What it costs; with `goodwill` also what was granted. */
    credits: z.int(),
    createdAtMs: z.int(),
  }),
  status: 201,
  errors: [
    ...([
      'NOT_FOUND',
      'OWN_ACCOUNT',
      'TASK_NOT_RETRYABLE',
      'FEATURE_NOT_FOUND',
      'FEATURE_CLOSED',
      'NOT_A_MEMBER',
      'CREDITS_SHORT',
    ] as const),
  ],
  idempotencyKey: 'required',
});
