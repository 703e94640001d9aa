import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
import { maskPhone } from './mask-details.ts';

interface Row {
  readonly merchantId: string;
  readonly phone: string;
  readonly state: 'active' | 'suspended' | 'deleted';
  readonly membershipEndsAtMs: number | null;
  readonly createdAtMs: number;
}

const COLUMNS = `m.id AS merchantId, m.phone, m.state, a.membership_ends_at AS membershipEndsAtMs, m.created_at AS createdAtMs
  FROM merchants m LEFT JOIN accounts a ON a.merchant_id = m.id`;

/** Merchants, newest first, a page at a time; or the one of a phone. */
export async function searchMerchants(
  db: Database,
  { phone, cursor, limit }: { phone?: string | undefined; cursor?: string | undefined; limit: number },
) {
  const rows =
    phone === undefined
      ? await db.query<Row>(`SELECT ${COLUMNS} WHERE m.id < ? ORDER BY m.id DESC LIMIT ?`, [
          cursor ?? 'mch_~',
          limit + 1,
        ])
      : await db.query<Row>(`SELECT ${COLUMNS} WHERE m.phone = ?`, [phone]);
  const { items, ...next } = pageOf(rows, limit, ({ merchantId }) => merchantId);
  return {
    items: items.map(({ phone: full, membershipEndsAtMs, ...row }) => ({
      ...row,
      phoneMasked: maskPhone(full),
      ...(membershipEndsAtMs !== null && { membershipEndsAtMs }),
    })),
    ...next,
  };
}
