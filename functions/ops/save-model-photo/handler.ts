import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { saveModelPhoto as operation } from '../../../shared/contract/ops-models.ts';
import { bucketOf, COS_CONFIG } from '../../../shared/cos/bucket.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { saveModelPhoto } from '../../../shared/ops/save-model-photo.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG }),
  build: (config) => ({ bucket: bucketOf(config) }),
  run: ({ db, bucket }, input, { write }) => saveModelPhoto(db, bucket, input, write),
});
