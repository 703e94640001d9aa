import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

const REFUSALS = { unknown: 'NOT_FOUND', over: 'INVOICE_ENDED', changed: 'AMOUNT_CHANGED' } as const;

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
  const params = [orderId, state, amountFen, invoiceNumber ?? null, reason];
  await callWrite(db, 'fulfil_invoice_v1', params, write, REFUSALS);
  return { orderId, state };
}
