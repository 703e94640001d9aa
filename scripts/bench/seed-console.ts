import type { Connection } from 'mysql2/promise';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { idOfDay, idPrefix, insertRows } from './seed-days.ts';

const DAY_MS = 86_400_000;
/** Rows of the audit log for each merchant: somebody looked at each a few times. */
const LOOKS = 5;

/** The tables of the console that `seedDays` leaves empty, for its merchants and orders: what operators did, invoices, cases, referrals. */
export async function seedConsole(
  connection: Connection,
  { merchants, days, nowMs }: { merchants: number; days: number; nowMs: number },
): Promise<void> {
  const at = sqlTime(nowMs - days * DAY_MS);
  const id = (kind: string) => idOfDay(kind, days, nowMs);
  const owner = `CONCAT('${idPrefix('mch_', days, nowMs)}', LPAD(n % ${merchants}, 16, '0'))`;
  const seed = (into: string, count: number, values: string) => insertRows(connection, into, count, () => values);
  await seed('accounts (merchant_id, created_at)', merchants, `${id('mch_')}, '${at}'`);
  await seed(
    'audit_log (actor, action, target, reason, details_json, request_id, created_at)',
    merchants * LOOKS,
    `CONCAT('mch_operator', n % 5), ELT(n % 4 + 1, 'get-merchant', 'search-tasks', 'search-orders', 'grant-credits'), ${owner}, '', '{}', CONCAT('req-', n), '${at}'`,
  );
  // Orders of the oldest day alone: nothing joins them but its own.
  await seed(
    'invoice_requests (order_id, merchant_id, title_kind, title, email, amount_fen, state, created_at)',
    Math.floor(merchants / days),
    `CONCAT('${idPrefix('ord_', days - 1, nowMs)}', LPAD(n, 16, '0')), ${owner}, 'personal', '个人', 'a@example.com', 9900, IF(n % 50 = 0, 'requested', 'issued'), '${at}'`,
  );
  await seed(
    'reconciliation_cases (id, class, channel, subject, state, remedy, created_at, ended_at)',
    Math.floor(merchants / 10),
    `${id('cas_')}, 'paid_twice', 'wechat', CONCAT('subject-', n), IF(n % 50 = 0, 'open', 'ended'), 'none', '${at}', IF(n % 50 = 0, NULL, '${at}')`,
  );
  await seed(
    'referral_accounts (merchant_id, code, balance_fen, created_at)',
    merchants,
    `${id('mch_')}, LPAD(n, 8, '0'), 100, '${at}'`,
  );
  await seed(
    'referral_commissions (id, merchant_id, order_id, state, unit, commission_bp, amount, reversed, credit_days, seen, created_at, release_at)',
    merchants,
    `${id('cms_')}, ${owner}, ${id('ord_')}, IF(n % 10 = 0, 'frozen', 'released'), 'fen', 1500, 1485, 0, 90, 1, '${at}', IF(n % 10 = 0, '${at}', NULL)`,
  );
  await seed(
    'withdrawals (id, merchant_id, state, amount_fen, method, payee_masked, idempotency_key, request_hash, created_at, ended_at, open_of)',
    merchants,
    `${id('wdr_')}, ${owner}, IF(n % 50 = 0, 'requested', 'paid'), 10000, 'alipay', '王*', 'k', REPEAT('a', 64), '${at}', IF(n % 50 = 0, NULL, '${at}'), IF(n % 50 = 0, ${owner}, NULL)`,
  );
  await connection.query(
    'ANALYZE TABLE accounts, audit_log, invoice_requests, reconciliation_cases, referral_accounts, referral_commissions, withdrawals',
  );
}
