import type { Connection, RowDataPacket } from 'mysql2/promise';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { operatorOf } from './growth-operations.ts';
import type { World } from './world.ts';

const TABLES = `
  SELECT CONCAT_WS(' ', 'earner', merchant_id, balance_fen, owed_credits) AS line FROM referral_accounts WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'invited', merchant_id, inviter_id, COALESCE(first_order_id, '-'), changes) AS line
    FROM referrals WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'commission', id, merchant_id, order_id, state, unit, amount, reversed, seen, COALESCE(release_at, '-')) AS line
    FROM referral_commissions WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'earned', merchant_id, kind, unit, amount, COALESCE(commission_id, withdrawal_id)) AS line
    FROM referral_entries WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'withdrawal', id, merchant_id, state, amount_fen, IF(approved_at IS NULL, '-', 'approved'),
    IF(ended_at IS NULL, '-', 'ended')) AS line FROM withdrawals WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'batch', id, credits, days, access, uses, expires_at, IF(revoked_at IS NULL, '-', 'ended')) AS line
    FROM redeem_batches WHERE created_by IN (?);
  SELECT CONCAT_WS(' ', 'code', c.code_hash, c.used) AS line
    FROM redeem_codes c JOIN redeem_batches b ON b.id = c.batch_id WHERE b.created_by IN (?);
  SELECT CONCAT_WS(' ', 'redeemed', merchant_id, code_hash, lot_id, idempotency_key) AS line FROM redemptions WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'written', idempotency_key, request_hash) AS line FROM audit_log WHERE actor IN (?) AND idempotency_key IS NOT NULL`;
const STATEMENTS = TABLES.split('?').length - 1;

function modelLines(world: World): string[] {
  const { growth } = world.model;
  const { referral } = growth;
  const lines: unknown[][] = [];
  if (referral) {
    const { invited, inviter, order, commission, rate } = referral;
    const changes = Math.max(0, referral.refundedFen.length - 1);
    lines.push(['earner', inviter, growth.balanceFen, growth.owedCredits]);
    lines.push(['invited', invited, inviter, order?.id ?? '-', changes]);
    if (commission) {
      const { id, state, amount, reversed, seen, releaseAtMs } = commission;
      const release = releaseAtMs === null ? '-' : sqlTime(releaseAtMs);
      lines.push(['commission', id, inviter, order?.id, state, rate.unit, amount, reversed, seen, release]);
    }
  }
  for (const { kind, unit, amount, of } of growth.earned)
    lines.push(['earned', referral?.inviter, kind, unit, amount, of]);
  for (const { id, merchant, state, amountFen, approved } of growth.withdrawals) {
    const isOver = state === 'paid' || state === 'rejected';
    lines.push(['withdrawal', id, merchant, state, amountFen, approved ? 'approved' : '-', isOver ? 'ended' : '-']);
  }
  for (const { id, credits, days, access, uses, expiresAtMs, ended, codes } of growth.batches) {
    lines.push(['batch', id, credits, days, access, uses, sqlTime(expiresAtMs), ended ? 'ended' : '-']);
    for (const { hash, used } of codes) lines.push(['code', hash, used]);
  }
  for (const { merchant, code, lot, key } of growth.redemptions) lines.push(['redeemed', merchant, code, lot, key]);
  for (const [key, hash] of growth.writes) lines.push(['written', key, hash]);
  return lines.map((line) => line.join(' '));
}

/** The tables of codes, commissions and withdrawals say what the model says. Sequences without any ask nothing. */
export async function compareGrowth(world: World, plain: Connection): Promise<void> {
  const believed = modelLines(world);
  if (world.deeds === 0) return;
  const [results] = await plain.query<RowDataPacket[][]>(
    TABLES,
    Array.from({ length: STATEMENTS }, (_, at) =>
      /created_by|actor/.test(TABLES.split('?')[at] ?? '') ? [operatorOf(world)] : world.merchants,
    ),
  );
  const stored = results.flat().map((row) => String(row['line']));
  const counts = new Map<string, number>();
  for (const line of stored) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of believed) counts.set(line, (counts.get(line) ?? 0) - 1);
  for (const [line, times] of counts) {
    if (times > 0) world.violate(`the tables say: ${line}`);
    if (times < 0) world.violate(`the model says: ${line}`);
  }
}
