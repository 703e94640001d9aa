import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';

export interface Account {
  readonly merchantId: string;
  readonly phoneMasked: string;
  readonly createdAtMs: number;
}

/** `138****1234`: the only form in which a phone leaves the product. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

/** @throws ApiError NOT_SIGNED_IN when the token speaks of a merchant that is gone */
export async function getAccount(db: Database, merchantId: string): Promise<Account> {
  const [row] = await db.query<{ phone: string; createdAtMs: number }>(
    'SELECT phone, created_at AS createdAtMs FROM merchants WHERE id = ?',
    [merchantId],
  );
  if (!row) throw new ApiError('NOT_SIGNED_IN');
  return { merchantId, phoneMasked: maskPhone(row.phone), createdAtMs: row.createdAtMs };
}
