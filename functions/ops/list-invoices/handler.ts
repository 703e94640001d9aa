import { listInvoices as operation } from '../../../shared/contract/ops-invoices.ts';
import { listInvoices } from '../../../shared/ops/list-invoices.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { limit, ...search }) => listInvoices(db, { ...search, limit: Number(limit ?? 20) }),
});
