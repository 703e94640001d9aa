import { expect, it } from 'vitest';
import { freshDatabase } from '../../../scripts/test/fresh-database.ts';
import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { openDatabase } from '../../../shared/db/database.ts';
import { resolveCase } from '../../../shared/ops/resolve-case.ts';
import { openCase } from '../../../shared/payments/open-case.ts';
import { NOW_MS } from '../../fixtures/product-database.ts';
import { whileLocked } from '../auth/while-locked.ts';

it('a case that two operators work off at once is worked off by one', async () => {
  const database = await freshDatabase();
  const open = () => openDatabase({ readSecret: async () => database.connection as DatabaseSecret });
  const [first, second] = [open(), open()] as const;
  try {
    await openCase(first, { class: 'paid_twice', channel: 'wechat', subject: 'a', remedy: 'none' }, NOW_MS);
    const [row] = await first.query<{ id: string }>('SELECT id FROM reconciliation_cases');
    const caseId = row?.id ?? '';
    const resolve = (db: typeof first, operatorId: string) => {
      const request = { idempotencyKey: 'k', requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS };
      return resolveCase(db, { caseId, note: '已退第二笔' }, { operatorId, action: 'resolve-case', ...request });
    };
    const held = { sql: 'SELECT id FROM reconciliation_cases WHERE id = ? FOR UPDATE', values: [caseId], waiters: 2 };
    const both = () => Promise.allSettled([resolve(first, 'mch_first'), resolve(second, 'mch_second')]);
    const outcomes = await whileLocked(database, held, both);
    const told = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.state : one.reason.code));
    expect(told.sort()).toEqual(['CASE_ENDED', 'ended']);
    expect(await first.query('SELECT actor FROM audit_log')).toHaveLength(1);
  } finally {
    await Promise.all([first.close(), second.close()]);
    await database.drop();
  }
});
