import * as z from 'zod/mini';
import { fieldName, form, formValues } from './form.ts';
import { idOf } from './ids.ts';
import { operation } from './operation.ts';

const MIB = 1024 * 1024;
export const MAX_INPUT_BYTES = 25 * MIB;

export const taskId = idOf('tsk');
export const featureId = z.string().check(z.regex(/^[a-z][a-z0-9_]{1,47}$/));

/** A photo is named by its task and number, a result by task, step, unit and file name. */
const RESULT_ID =
  /^tsk_[0-9A-HJKMNP-TV-Z]{26}\/(0|[1-9]\d?)\/(0|[1-9]\d{0,2})\/[a-z0-9][a-z0-9_-]{0,39}(\.[a-z0-9]{1,10})?$/;
const ASSET_ID = new RegExp(`${RESULT_ID.source}|^tsk_[0-9A-HJKMNP-TV-Z]{26}/(0|[1-9][0-9]?)$`);
export const assetId = z.string().check(z.regex(ASSET_ID));
export const resultAssetId = z.string().check(z.regex(RESULT_ID));
/** Epoch milliseconds in a query. */
export const timeText = z.string().check(z.regex(/^\d{1,14}$/));
export const searchText = z.string().check(z.minLength(1), z.maxLength(60), z.regex(/^\P{Cc}+$/u));

export const INPUT_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export const TASK_STATES = [
  'awaiting_upload',
  'queued',
  'processing',
  'succeeded',
  'failed',
  'canceled',
  'expired',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** The field of the card's form that it is for; the first field of photos when it is not said. */
const field = z.optional(fieldName);

/** What is to be uploaded, or an asset of the merchant's own: a picture that a task has made, or a photo that is still kept. */
const input = z
  .strictObject({
    /** Both, unless there is an `assetId`. Not a union, whose refusal could not name the field. */
    contentType: z.optional(z.enum(INPUT_TYPES)),
    sizeBytes: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_INPUT_BYTES))),
    assetId: z.optional(assetId),
    field,
  })
  .check((payload) => {
    const { value, issues } = payload;
    if (value.assetId !== undefined) return;
    for (const path of ['contentType', 'sizeBytes'] as const) {
      if (value[path] === undefined)
        issues.push({ code: 'invalid_type', expected: 'string', path: [path], input: undefined });
    }
  });

/** PUT the photo's bytes to `url` with exactly these headers; the signature pins key, type and size. */
export const upload = z.strictObject({
  n: z.int(),
  url: z.string(),
  method: z.literal('PUT'),
  headers: z.record(z.string(), z.string()),
  expiresAtMs: z.int(),
});

const output = z.strictObject({
  name: z.string(),
  url: z.string(),
  urlExpiresAtMs: z.int(),
  contentType: z.string(),
  width: z.int(),
  height: z.int(),
  sizeBytes: z.int(),
  flags: z.array(z.string()),
  assetId: z.string(),
  favourite: z.boolean(),
  /** Deleted then, a favourite or not; download before. */
  expiresAtMs: z.int(),
});

/** How far a task is: units done of all, percent (100 only when it has succeeded), and what runs now. */
const progress = z.strictObject({
  percent: z.int(),
  done: z.int(),
  total: z.int(),
  stage: z.strictObject({ name: z.string(), zh: z.string(), en: z.string() }),
  /** What tasks of this card have lately taken, less what has passed; absent when none have ended lately. */
  remainingMs: z.optional(z.int()),
});

const summaryFields = {
  taskId: z.string(),
  featureId: z.string(),
  state: z.enum(TASK_STATES),
  credits: z.int(),
  refunded: z.boolean(),
  /** All credits of a task that did not succeed; the share of the outputs that are missing, of one that did. */
  refundedCredits: z.int(),
  retryOf: z.optional(z.string()),
  error: z.optional(z.strictObject({ code: z.string(), message: z.string() })),
  createdAtMs: z.int(),
  endedAtMs: z.optional(z.int()),
};
export const taskSummary = z.strictObject(summaryFields);
export const task = z.strictObject({
  ...summaryFields,
  inputs: z.array(
    z.strictObject({
      n: z.int(),
      contentType: z.string(),
      sizeBytes: z.int(),
      received: z.boolean(),
      /** The photo itself, to compare results with; absent until it has arrived, and once it is no longer kept. */
      url: z.optional(z.string()),
      expiresAtMs: z.int(),
    }),
  ),
  outputs: z.array(output),
  /** Outputs that could not be made; their share of the credits has gone back. */
  missingOutputs: z.int(),
  progress,
  /** How long to wait before asking again; absent when the task has ended. */
  pollAfterMs: z.optional(z.int()),
});

const created = z.strictObject({
  taskId: z.string(),
  featureId: z.string(),
  state: z.enum(TASK_STATES),
  credits: z.int(),
  createdAtMs: z.int(),
  uploads: z.array(upload),
});

export const listFeatures = operation({
  name: 'list-features',
  method: 'GET',
  summary: 'Feature cards with their forms; one that is closed says why.',
  caller: 'anyone',
  apiKey: 'read',
  viewAs: true,
  input: z.strictObject({}),
  output: z.strictObject({
    features: z.array(
      z.strictObject({
        featureId: z.string(),
        version: z.int(),
        nameZh: z.string(),
        nameEn: z.string(),
        category: z.string(),
        summaryZh: z.string(),
        summaryEn: z.string(),
        credits: z.int(),
        access: z.enum(['basic', 'member', 'whitelist']),
        maxInputs: z.int(),
        form,
        closed: z.optional(z.strictObject({ zh: z.string(), en: z.string() })),
        outputs: z.array(z.strictObject({ name: z.string(), contentType: z.string() })),
      }),
    ),
    /** Who looks at photos, pictures and what was written, before they are used or shown; `off`: nobody. */
    moderation: z.enum(['off', 'tencent-ims']),
  }),
});

export const createTask = operation({
  name: 'create-task',
  method: 'POST',
  summary: "Takes the card's credits, creates the task, and answers where to PUT its photos.",
  caller: 'merchant',
  apiKey: 'create',
  input: z.strictObject({
    featureId,
    /** In the order in which they will be numbered; none for a card that takes no photo. */
    inputs: z.array(input).check(z.maxLength(20)),
    form: z.optional(formValues),
  }),
  output: created,
  status: 201,
  errors: ['API_KEY_DAY_SPENT', 'FEATURE_NOT_FOUND', 'FEATURE_CLOSED', 'NOT_A_MEMBER', 'CREDITS_SHORT', 'RATE_LIMITED'],
  idempotencyKey: 'required',
  /** Its limit is kept on the account row by the same procedure. */
  rateLimit: undefined,
});

export const getTask = operation({
  name: 'get-task',
  method: 'GET',
  summary: "One of the merchant's tasks, with short-lived links to its results.",
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({ taskId }),
  output: task,
  errors: ['NOT_FOUND'],
});

export const listTasks = operation({
  name: 'list-tasks',
  method: 'GET',
  summary: "The merchant's tasks, newest first.",
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({
    cursor: z.optional(taskId),
    limit: z.optional(z.string().check(z.regex(/^([1-9]\d?|100)$/))),
    state: z.optional(z.enum(TASK_STATES)),
    featureId: z.optional(featureId),
    /** Of creation, epoch milliseconds: from, and before. */
    fromMs: z.optional(timeText),
    toMs: z.optional(timeText),
    /** Part of the name of the merchant's own file; known of the photos of batches. */
    search: z.optional(searchText),
  }),
  output: z.strictObject({ items: z.array(taskSummary), nextCursor: z.optional(z.string()) }),
});

export const cancelTask = operation({
  name: 'cancel-task',
  method: 'POST',
  summary: `Cancels a task that has not ended, also one that is being processed; all its credits return, and nothing of it is kept. Once an AI
engine has been given a part of it, five a day.`,
  caller: 'merchant',
  apiKey: 'create',
  input: z.strictObject({ taskId }),
  output: taskSummary,
  errors: ['NOT_FOUND', 'TASK_RUNNING', 'TASK_ENDED'],
});

export const retryTask = operation({
  name: 'retry-task',
  method: 'POST',
  summary: `A new task with the inputs of one that ended without success. Photos that had arrived are used again. With \`form\`,
whose answers take the place of the old ones, a task that succeeded can be made again too, for the whole price of its card.`,
  caller: 'merchant',
  apiKey: 'create',
  input: z.strictObject({ taskId, form: z.optional(formValues) }),
  output: created,
  status: 201,
  errors: [
    'API_KEY_DAY_SPENT',
    'NOT_FOUND',
    'TASK_NOT_RETRYABLE',
    'FEATURE_NOT_FOUND',
    'FEATURE_CLOSED',
    'NOT_A_MEMBER',
    'CREDITS_SHORT',
    'RATE_LIMITED',
  ],
  idempotencyKey: 'required',
  /** Its limit is kept on the account row by the same procedure. */
  rateLimit: undefined,
});
