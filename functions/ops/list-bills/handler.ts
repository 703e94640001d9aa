import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { listBills as operation } from '../../../shared/contract/ops-work.ts';
import { bucketOf, COS_CONFIG } from '../../../shared/cos/bucket.ts';
import { listBills } from '../../../shared/ops/list-bills.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG }),
  build: (config) => ({ bucket: bucketOf(config) }),
  run: ({ db, bucket }, { cursor, limit }, { nowMs }) =>
    listBills(db, bucket, { cursor, limit: Number(limit ?? 20) }, nowMs),
});
