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

export interface MerchantSearch {
  readonly phone?: string | undefined;
  readonly merchantId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const COLUMNS = `m.id AS merchantId, m.phone, m.state, a.membership_ends_at AS membershipEndsAtMs, m.created_at AS createdAtMs
  FROM merchants m LEFT JOIN accounts a ON a.merchant_id = m.id`;

/** Merchants, newest first, a page at a time; or the one of a phone, of an id, or of both. */
export async function searchMerchants(db: Database, { phone, merchantId, cursor, limit }: MerchantSearch) {
  const asked: [string, string | undefined][] = [
    ['m.phone = ?', phone],
    ['m.id = ?', merchantId],
    ['m.id < ?', cursor ?? 'mch_~'],
  ];
  const conditions = asked.filter(([, value]) => value !== undefined);
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} WHERE ${conditions.map(([condition]) => condition).join(' AND ')} ORDER BY m.id DESC LIMIT ?`,
    [...conditions.map(([, value]) => value ?? ''), limit + 1],
  );
  const { items, ...next } = pageOf(rows, limit, (row) => row.merchantId);
  return {
    items: items.map(({ phone: full, membershipEndsAtMs, ...row }) => ({
      ...row,
      phoneMasked: maskPhone(full),
      ...(membershipEndsAtMs !== null && { membershipEndsAtMs }),
    })),
    ...next,
  };
}
