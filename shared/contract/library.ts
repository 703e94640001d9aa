import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';
import { assetId, featureId, resultAssetId, searchText, timeText } from './tasks.ts';

const MAX_AT_ONCE = 100;
const resultIds = z.array(resultAssetId).check(z.minLength(1), z.maxLength(MAX_AT_ONCE));

export const ASSET_KINDS = ['picture', 'video', 'text', 'photo'] as const;

const asset = z.strictObject({
  assetId: z.string(),
  kind: z.enum(ASSET_KINDS),
  taskId: z.string(),
  featureId: z.string(),
  featureNameZh: z.string(),
  featureNameEn: z.string(),
  /** `white.jpg`; of a photo its number in the task. */
  name: z.string(),
  /** The merchant's own file that it was made of, where that is known: photos of a batch. */
  fileName: z.optional(z.string()),
  contentType: z.string(),
  sizeBytes: z.int(),
  width: z.int(),
  height: z.int(),
  favourite: z.boolean(),
  createdAtMs: z.int(),
  /** Deleted for good then, favourite or not. */
  expiresAtMs: z.int(),
  /** Of one that was deleted: until when it can be restored. */
  purgeAtMs: z.optional(z.int()),
  url: z.string(),
  urlExpiresAtMs: z.int(),
});

export const listAssets = operation({
  name: 'list-assets',
  method: 'GET',
  summary: 'The results of all tasks, newest first; with `kind=photo`, the photos that are still kept.',
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({
    cursor: z.optional(assetId),
    limit: pageLimit,
    kind: z.optional(z.enum(ASSET_KINDS)),
    featureId: z.optional(featureId),
    /** Of the task's creation, epoch milliseconds: from, and before. */
    fromMs: z.optional(timeText),
    toMs: z.optional(timeText),
    /** Favourites only. */
    favourite: z.optional(z.literal('1')),
    /** What was deleted and can be restored, instead of what is there. */
    deleted: z.optional(z.literal('1')),
    /** Part of a file's or a card's name. */
    search: z.optional(searchText),
  }),
  output: z.strictObject({ items: z.array(asset), nextCursor: z.optional(z.string()) }),
});

export const setFavourite = operation({
  name: 'set-favourite',
  method: 'POST',
  summary: 'Marks a result as a favourite, or no longer. A mark for finding it: it lives no longer for that.',
  caller: 'merchant',
  input: z.strictObject({ assetId: resultAssetId, favourite: z.boolean() }),
  output: z.strictObject({ assetId: z.string(), favourite: z.boolean() }),
  errors: ['NOT_FOUND'],
});

export const deleteAssets = operation({
  name: 'delete-assets',
  method: 'POST',
  summary: 'Deletes results. For seven days restore-assets brings them back; then they are gone.',
  caller: 'merchant',
  apiKey: 'delete',
  input: z.strictObject({ assetIds: resultIds }),
  /** Those that are the merchant's own and were not gone before. */
  output: z.strictObject({ deleted: z.int(), restorableUntilMs: z.int() }),
});

export const restoreAssets = operation({
  name: 'restore-assets',
  method: 'POST',
  summary: 'Brings back results that were deleted less than seven days ago.',
  caller: 'merchant',
  apiKey: 'delete',
  input: z.strictObject({ assetIds: resultIds }),
  output: z.strictObject({ restored: z.int() }),
});
