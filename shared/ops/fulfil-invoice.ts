import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

type Outcome = 'done' | 'replayed' | 'conflict' | 'unknown' | 'over' | 'changed';

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  unknown: 'NOT_FOUND',
  over: 'INVOICE_ENDED',
  changed: 'AMOUNT_CHANGED',
} as const;

export interface Fulfilment {
  readonly orderId: string;
  readonly state: 'issued' | 'rejected';
  readonly amountFen: number;
  readonly invoiceNumber?: string | undefined;
  readonly reason: string;
}

/** An invoice was issued or rejected. @throws ApiError NOT_FOUND, INVOICE_ENDED, AMOUNT_CHANGED, IDEMPOTENCY_CONFLICT */
export async function fulfilInvoice(
  db: Database,
  { orderId, state, amountFen, invoiceNumber, reason }: Fulfilment,
  write: OperatorWrite,
): Promise<{ orderId: string; state: 'issued' | 'rejected' }> {
  const { outcome } = await db.callProcedure<{ outcome: Outcome }>('fulfil_invoice_v1', [
    ...[write.operatorId, orderId, state, amountFen, invoiceNumber ?? null, reason, ...writeParams(write)],
  ]);
  if (outcome !== 'done' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  return { orderId, state };
}
