import * as z from 'zod/mini';
import { batchId } from './batches.ts';
import { idOf } from './ids.ts';
import { operation } from './operation.ts';
import { resultAssetId } from './tasks.ts';

/** Of chosen results; a batch may hold as many as its card makes. */
const MAX_CHOSEN = 500;

export const ARCHIVE_STATES = ['waiting', 'building', 'ready', 'failed', 'expired'] as const;
export type ArchiveState = (typeof ARCHIVE_STATES)[number];

/** Why an archive that was ordered could not be made. */
export const ARCHIVE_FAILURES = {
  NOTHING_TO_ARCHIVE: { zh: '成品已被删除或已过期', en: 'The results were deleted or are over' },
  ARCHIVE_FAILED: { zh: '打包失败，请重新打包', en: 'The archive could not be made; ask for a new one' },
} as const;
export type ArchiveFailure = keyof typeof ARCHIVE_FAILURES;

const archiveFields = {
  archiveId: z.string(),
  state: z.enum(ARCHIVE_STATES),
  createdAtMs: z.int(),
  /** Once it is ready: how many files (the list is one of them), how large, until when, and what a browser calls it. */
  files: z.optional(z.int()),
  sizeBytes: z.optional(z.int()),
  expiresAtMs: z.optional(z.int()),
  fileName: z.optional(z.string()),
  url: z.optional(z.string()),
  urlExpiresAtMs: z.optional(z.int()),
  error: z.optional(z.strictObject({ code: z.string(), message: z.string() })),
  /** How long to wait before asking again; absent when it has ended. */
  pollAfterMs: z.optional(z.int()),
};
const archive = z.strictObject(archiveFields);

export const createArchive = operation({
  name: 'create-archive',
  method: 'POST',
  summary: `A ZIP of the results of a batch, or of chosen results: a folder for each photo and a list of all files (CSV). It is
written into COS by another function; get-archive tells when it is there. Costs no credits.`,
  caller: 'merchant',
  apiKey: 'create',
  input: z
    .strictObject({
      /** One of both. */
      batchId: z.optional(batchId),
      assetIds: z.optional(z.array(resultAssetId).check(z.minLength(1), z.maxLength(MAX_CHOSEN))),
    })
    .check(({ value, issues }) => {
      if (value.batchId !== undefined && value.assetIds !== undefined) {
        issues.push({ code: 'unrecognized_keys', keys: ['assetIds'], input: value });
      } else if (value.batchId === undefined && value.assetIds === undefined) {
        issues.push({ code: 'invalid_type', expected: 'string', path: ['batchId'], input: undefined });
      }
    }),
  output: archive,
  status: 201,
  errors: ['NOT_FOUND', 'NOTHING_TO_ARCHIVE', 'ARCHIVE_TOO_LARGE'],
  idempotencyKey: 'required',
});

export const getArchive = operation({
  name: 'get-archive',
  method: 'GET',
  summary: 'How far an archive is; once it is ready, a short-lived link to it.',
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({ archiveId: idOf('arc') }),
  output: archive,
  errors: ['NOT_FOUND'],
});
