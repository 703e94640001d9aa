import type { Check } from './ledger-check.ts';

/** Commission is money too: what it left is what was earned less what was taken, and it was earned once. */
export const GROWTH_CHECKS: readonly Check[] = [
  {
    rule: 'I1',
    what: "a merchant's balance of commission is the sum of its entries",
    sql: `SELECT a.merchant_id AS merchant, a.balance_fen AS balanceFen, COALESCE(SUM(e.amount), 0) AS entries
      FROM referral_accounts a LEFT JOIN referral_entries e ON e.merchant_id = a.merchant_id AND e.unit = 'fen'
      GROUP BY a.merchant_id, a.balance_fen HAVING a.balance_fen <> COALESCE(SUM(e.amount), 0)`,
  },
  {
    rule: 'I1',
    what: 'credits of commissions are in lots, but for those that are owed',
    sql: `SELECT a.merchant_id AS merchant, a.owed_credits AS owed, COALESCE(SUM(m.earned), 0) AS earned, COALESCE(SUM(m.booked), 0) AS booked
      FROM referral_accounts a LEFT JOIN (
        SELECT merchant_id, amount AS earned, 0 AS booked FROM referral_entries WHERE unit = 'credits'
        UNION ALL
        SELECT merchant_id, 0, amount FROM quota_entries
        WHERE source_key LIKE 'referral:%' OR source_key LIKE 'revoke:referral:%') m ON m.merchant_id = a.merchant_id
      GROUP BY a.merchant_id, a.owed_credits
      HAVING COALESCE(SUM(m.booked), 0) - COALESCE(SUM(m.earned), 0) <> a.owed_credits`,
  },
  {
    rule: 'I3',
    what: 'a commission has booked what is left of it exactly if it was released',
    sql: `SELECT c.id AS commission, c.state, c.amount, c.reversed, COALESCE(SUM(e.amount), 0) AS booked
      FROM referral_commissions c LEFT JOIN referral_entries e ON e.commission_id = c.id
      GROUP BY c.id, c.state, c.amount, c.reversed
      HAVING COALESCE(SUM(e.amount), 0) <> IF(c.state = 'released', CAST(c.amount AS SIGNED) - c.reversed, 0)`,
  },
  {
    rule: 'I3',
    what: "a commission is of the first order of one whom its merchant has invited, and nobody's own",
    sql: `SELECT c.id AS commission, c.order_id AS \`order\` FROM referral_commissions c
      LEFT JOIN orders o ON o.id = c.order_id LEFT JOIN referrals r ON r.merchant_id = o.merchant_id
      WHERE r.merchant_id IS NULL OR NOT (r.first_order_id <=> c.order_id) OR r.inviter_id <> c.merchant_id
        OR r.merchant_id = c.merchant_id`,
  },
  {
    rule: 'I3',
    what: 'a withdrawal took its amount once, gave it back if it was rejected, and took it again if it had been paid all the same',
    sql: `SELECT w.id AS withdrawal, w.state, w.amount_fen AS amountFen, COALESCE(SUM(e.amount), 0) AS booked, COUNT(e.seq) AS entries
      FROM withdrawals w LEFT JOIN referral_entries e ON e.withdrawal_id = w.id
      GROUP BY w.id, w.state, w.amount_fen
      HAVING COALESCE(SUM(e.amount), 0) <> IF(w.state = 'rejected', 0, -CAST(w.amount_fen AS SIGNED))
        OR COUNT(e.seq) <> CASE w.state WHEN 'rejected' THEN 2 WHEN 'paid' THEN 1 + 2 * COALESCE(SUM(e.kind = 'return'), 0) ELSE 1 END`,
  },
  {
    rule: 'I3',
    what: 'credits of welcome were given once a phone: each lot has its grant',
    sql: `SELECT l.id AS lot, l.merchant_id AS merchant FROM quota_lots l LEFT JOIN welcome_grants g ON g.lot_id = l.id
      WHERE l.source_key LIKE 'welcome:%' AND g.lot_id IS NULL
      UNION ALL
      SELECT g.lot_id, g.merchant_id FROM welcome_grants g LEFT JOIN quota_lots l ON l.id = g.lot_id
      WHERE l.id IS NULL OR (g.merchant_id <> '' AND g.merchant_id <> l.merchant_id)`,
  },
];
