import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { listModelPhotos as operation } from '../../../shared/contract/ops-models.ts';
import { bucketOf, COS_CONFIG } from '../../../shared/cos/bucket.ts';
import { listModelPhotos } from '../../../shared/ops/list-model-photos.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG }),
  build: (config) => ({ bucket: bucketOf(config) }),
  run: ({ db, bucket }, _input, { nowMs }) => listModelPhotos(db, bucket, nowMs),
});
