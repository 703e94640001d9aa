import { expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { resolveCase } from '../../../shared/ops/resolve-case.ts';
import { openCase } from '../../../shared/payments/open-case.ts';
import { NOW_MS, productDatabase } from '../../fixtures/product-database.ts';
import { whileLocked } from '../auth/while-locked.ts';

it('a case that two operators work off at once is worked off by one', async () => {
  const product = await productDatabase();
  try {
    await openCase(product.db, { class: 'paid_twice', channel: 'wechat', subject: 'a', remedy: 'none' }, NOW_MS);
    const [row] = await product.db.query<{ id: string }>('SELECT id FROM reconciliation_cases');
    const caseId = row?.id ?? '';
    const resolve = (db: Database, n: number) => {
      const request = { idempotencyKey: 'k', requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS };
      return resolveCase(
        db,
        { caseId, note: '已退第二笔' },
        { operatorId: `mch_${n}`, action: 'resolve-case', ...request },
      );
    };
    const held = { sql: 'SELECT id FROM reconciliation_cases WHERE id = ? FOR UPDATE', values: [caseId], waiters: 2 };
    const outcomes = await whileLocked(product, held, () => Promise.allSettled(product.connections(2).map(resolve)));
    const told = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.state : one.reason.code));
    expect(told.sort()).toEqual(['CASE_ENDED', 'ended']);
    expect(await product.db.query('SELECT actor FROM audit_log')).toHaveLength(1);
  } finally {
    await product.close();
  }
});
