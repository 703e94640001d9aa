import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { getReceipt } from './get-receipt.ts';

export interface InvoiceRequest {
  readonly merchantId: string;
  readonly orderId: string;
  readonly titleKind: 'personal' | 'company';
  readonly title: string;
  readonly taxNumber?: string | undefined;
  readonly email: string;
  readonly nowMs: number;
}

/**
 * Records what an operator needs to issue the 发票: of what was paid less what went back. One an order; until it is issued or rejected,
 * asking again corrects it.
 * @throws ApiError NOT_FOUND, ORDER_NOT_PAID (also when all of it went back), INVOICE_ENDED
 */
export async function requestInvoice(
  db: Database,
  { merchantId, orderId, nowMs, ...asked }: InvoiceRequest,
): Promise<{ orderId: string; state: 'requested'; amountFen: number }> {
  const receipt = await getReceipt(db, merchantId, orderId);
  const amountFen = receipt.amountFen - receipt.refundedFen;
  if (amountFen <= 0) throw new ApiError('ORDER_NOT_PAID');
  const details = [asked.titleKind, asked.title, asked.taxNumber ?? null, asked.email, amountFen];
  await db.write(
    `INSERT IGNORE INTO invoice_requests (order_id, merchant_id, title_kind, title, tax_number, email, amount_fen, state, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'requested', ?)`,
    [orderId, merchantId, ...details, sqlTime(nowMs)],
  );
  const { affectedRows } = await db.write(
    `UPDATE invoice_requests SET title_kind = ?, title = ?, tax_number = ?, email = ?, amount_fen = ?
     WHERE order_id = ? AND state = 'requested'`,
    [...details, orderId],
  );
  if (affectedRows !== 1) throw new ApiError('INVOICE_ENDED');
  return { orderId, state: 'requested', amountFen };
}
