import type { Database } from '../db/database.ts';
import { openPayee, type Payee } from '../growth/payee.ts';
import type { ReadPayeeKey } from '../growth/payee-key.ts';
import { ApiError } from '../http/api-error.ts';

/** To whom a withdrawal is to be paid, whole. @throws ApiError NOT_FOUND: no such one, or what was rejected and is kept no longer */
export async function showPayee(
  db: Database,
  readKey: ReadPayeeKey,
  withdrawalId: string,
): Promise<Payee & { readonly withdrawalId: string; readonly method: 'alipay' | 'bank' }> {
  const [row] = await db.query<{ method: 'alipay' | 'bank'; sealed: string | null }>(
    'SELECT method, payee_sealed AS sealed FROM withdrawals WHERE id = ?',
    [withdrawalId],
  );
  if (!row || row.sealed === null) throw new ApiError('NOT_FOUND');
  return { withdrawalId, method: row.method, ...openPayee(await readKey(), row.sealed, withdrawalId) };
}
