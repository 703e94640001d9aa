import { listAudit as operation } from '../../../shared/contract/ops-access.ts';
import { listAudit } from '../../../shared/ops/list-audit.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { cursor, limit, ...filter }) => listAudit(db, filter, { limit: Number(limit ?? 50), cursor }),
});
