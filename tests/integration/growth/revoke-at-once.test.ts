import { expect, it } from 'vitest';
import { freshDatabase } from '../../../scripts/test/fresh-database.ts';
import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { openDatabase } from '../../../shared/db/database.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { revokeRedeemBatch } from '../../../shared/ops/revoke-redeem-batch.ts';
import { NOW_MS } from '../../fixtures/product-database.ts';
import { whileLocked } from '../auth/while-locked.ts';

it('a batch that two operators revoke at once ends at one moment, by one of them; the other is told that moment', async () => {
  const database = await freshDatabase();
  const open = () => openDatabase({ readSecret: async () => database.connection as DatabaseSecret });
  const [first, second] = [open(), open()] as const;
  const request = { requestHash: 'a'.repeat(64), requestId: 'req_1' };
  try {
    const { batchId } = await createRedeemBatch(first, {
      ...{ name: '活动', codes: 1, credits: 20, days: 30, uses: 1, validDays: 90, access: 'member', reason: '活动' },
      ...{ ...request, operatorId: 'mch_first', idempotencyKey: 'make', nowMs: NOW_MS },
    });
    const revoke = (db: typeof first, operatorId: string, nowMs: number) => {
      const write = { operatorId, action: 'revoke-redeem-batch', idempotencyKey: 'end', ...request, nowMs };
      return revokeRedeemBatch(db, { batchId, reason: '活动结束' }, write);
    };
    const held = { sql: 'SELECT id FROM redeem_batches WHERE id = ? FOR UPDATE', values: [batchId], waiters: 2 };
    const both = () => Promise.all([revoke(first, 'mch_first', NOW_MS + 1), revoke(second, 'mch_second', NOW_MS + 2)]);
    const told = await whileLocked(database, held, both);
    const [row] = await first.query<{ revoked_at: number }>('SELECT revoked_at FROM redeem_batches');
    expect(told.map(({ revokedAtMs }) => revokedAtMs)).toEqual([row?.revoked_at, row?.revoked_at]);
    const written = await first.query("SELECT actor FROM audit_log WHERE action = 'revoke-redeem-batch'");
    expect(written).toHaveLength(1);
  } finally {
    await Promise.all([first.close(), second.close()]);
    await database.drop();
  }
});
