import * as z from 'zod/mini';
import { formValues } from './form.ts';
import { idOf } from './ids.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';
import { featureId, INPUT_TYPES, MAX_INPUT_BYTES, TASK_STATES, upload } from './tasks.ts';

export const MAX_PHOTOS = 100;
export const batchId = idOf('bat');

/** The name of the merchant's own file: shown, and part of names in an archive, so no paths and no control characters. */
const fileName = z.string().check(z.minLength(1), z.maxLength(120), z.regex(/^[^/\\\p{Cc}]+$/u));

const photo = z.strictObject({
  name: fileName,
  contentType: z.enum(INPUT_TYPES),
  sizeBytes: z.int().check(z.minimum(1), z.maximum(MAX_INPUT_BYTES)),
});

const item = z.strictObject({
  n: z.int(),
  name: z.string(),
  taskId: z.string(),
  state: z.enum(TASK_STATES),
  credits: z.int(),
  refundedCredits: z.int(),
  error: z.optional(z.strictObject({ code: z.string(), message: z.string() })),
});

/** Where to PUT what is still to be sent; `n` is the photo's number in the batch. */
const uploads = z.array(upload);

export const createBatch = operation({
  name: 'create-batch',
  method: 'POST',
  summary: 'One task for each photo, the same card and form for all; takes the credits of all, or creates nothing.',
  caller: 'merchant',
  apiKey: 'create',
  input: z.strictObject({
    featureId,
    form: z.optional(formValues),
    photos: z.array(photo).check(z.minLength(1), z.maxLength(MAX_PHOTOS)),
  }),
  output: z.strictObject({
    batchId: z.string(),
    featureId: z.string(),
    credits: z.int(),
    items: z.array(item),
    uploads,
  }),
  status: 201,
  errors: ['API_KEY_DAY_SPENT', 'FEATURE_NOT_FOUND', 'FEATURE_CLOSED', 'NOT_A_MEMBER', 'CREDITS_SHORT', 'RATE_LIMITED'],
  idempotencyKey: 'required',
  /** Every task counts against the limit that is kept on the account row. */
  rateLimit: undefined,
});

export const getBatch = operation({
  name: 'get-batch',
  method: 'GET',
  summary: "One of the merchant's batches: each photo's task and how far all are.",
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({ batchId }),
  output: z.strictObject({
    batchId: z.string(),
    featureId: z.string(),
    createdAtMs: z.int(),
    /** Ended of all, in percent. */
    percent: z.int(),
    succeeded: z.int(),
    /** Ended without success. */
    failed: z.int(),
    open: z.int(),
    items: z.array(item),
    /** How long to wait before asking again; absent when all have ended. */
    pollAfterMs: z.optional(z.int()),
  }),
  errors: ['NOT_FOUND'],
});

export const listBatches = operation({
  name: 'list-batches',
  method: 'GET',
  summary: "The merchant's batches, newest first, and how far each is.",
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({ limit: pageLimit, cursor: z.optional(batchId) }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        batchId: z.string(),
        featureId: z.string(),
        createdAtMs: z.int(),
        photos: z.int(),
        /** The first photo's; empty when it was erased. */
        firstName: z.string(),
        succeeded: z.int(),
        /** Ended without success. */
        failed: z.int(),
        open: z.int(),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const retryBatch = operation({
  name: 'retry-batch',
  method: 'POST',
  summary: 'Repeats the tasks of a batch that ended without success, each charged as by retry-task; safe to ask again.',
  caller: 'merchant',
  apiKey: 'create',
  input: z.strictObject({ batchId }),
  output: z.strictObject({
    batchId: z.string(),
    retried: z.int(),
    /** Why the rest was not repeated, such as CREDITS_SHORT or API_KEY_DAY_SPENT. */
    stoppedBy: z.optional(z.string()),
    items: z.array(item),
    uploads,
  }),
  errors: ['NOT_FOUND'],
  rateLimit: undefined,
});
