import * as z from 'zod/mini';
import { MAX_PHOTOS } from './batches.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';

/** What an operator changes without a deploy; null: as it was deployed. */
const values = z.strictObject({
  /** Days that results are kept, at most what was deployed, which the bucket's own rule backs. */
  resultDays: z.nullable(z.int().check(z.gte(1), z.lte(9999))),
  /** Codes that are sent in a day of Asia/Shanghai. */
  smsDailyBudget: z.nullable(z.int().check(z.gte(0), z.lte(99_999_999))),
  /** Where it is configured: pictures are looked at and texts read before anything is made or shown. */
  moderation: z.boolean(),
  /** Phones that have no account may make one. */
  signUp: z.boolean(),
  batchPhotos: z.int().check(z.gte(1), z.lte(MAX_PHOTOS)),
  /** The workspace says so from this many credits down. */
  creditsLow: z.int().check(z.gte(0), z.lte(10_000)),
  /** Shown to merchants; empty: the page's own. */
  supportContact: z
    .string()
    .check(z.regex(/^(|(?=\S)[^\p{Cc}\p{Cf}\p{Cs}]{1,80}(?<=\S))$/u, { error: '应为 0–80 个字，首尾不能有空格' })),
});

export const getSettings = operation({
  name: 'get-settings',
  method: 'GET',
  summary:
    'The settings in force, and what was deployed: which channels, engines and features are configured, no secret of theirs.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    version: z.int(),
    values,
    /** An operator's id, or `migration`. */
    savedBy: z.string(),
    savedAtMs: z.int(),
    /** From when on a change is obeyed everywhere, at the latest. */
    freshSeconds: z.int(),
    /** Of a shorter life of results that has not begun: what is kept until then. */
    shorter: z.optional(z.strictObject({ keptDays: z.int(), fromMs: z.int() })),
    deployed: z.strictObject({
      resultDays: z.int(),
      inputDays: z.int(),
      smsDailyBudget: z.int(),
      moderation: z.boolean(),
      captcha: z.boolean(),
      channels: z.array(z.strictObject({ name: z.string(), configured: z.boolean() })),
      engines: z.array(z.strictObject({ name: z.string(), configured: z.boolean() })),
    }),
  }),
});

export const saveSettings = operation({
  name: 'save-settings',
  method: 'POST',
  summary: `Saves the settings, whole, as the version after the one that was seen. A shorter life of results begins seven days later, so that
merchants can still take theirs home.`,
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({
    values,
    /** The version that was edited. */
    baseVersion: z.int().check(z.gte(1), z.lte(999_999_998)),
    reason: lineOfText(2, 80),
  }),
  output: z.strictObject({ version: z.int() }),
  errors: ['SETTINGS_CHANGED'],
  idempotencyKey: 'required',
});
