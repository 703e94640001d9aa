import { fulfilInvoice as operation } from '../../../shared/contract/ops-invoices.ts';
import { fulfilInvoice } from '../../../shared/ops/fulfil-invoice.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => fulfilInvoice(db, input, write),
});
