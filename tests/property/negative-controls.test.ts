import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Arena,
  atOnce,
  create,
  holds,
  merchantWith,
  NOW_MS,
  openArena,
  queuedTask,
} from '../../scripts/soak/bursts/arena.ts';
import { slowed } from '../../scripts/soak/mutants/make-mutants.ts';
import { changed, dropUnique, procedureText } from '../../scripts/soak/mutants/planted-fault.ts';
import { emptyTables, type ProductServer, startProductServer } from '../../scripts/soak/product-server.ts';
import type { Planted } from '../../scripts/soak/proof-job.ts';
import { runProofJob } from '../../scripts/soak/run-proof-job.ts';
import { seededRandom } from '../../scripts/soak/seeded-random.ts';
import { auditLedger } from '../../shared/ops/audit-ledger.ts';
import { cancellation } from '../../shared/tasks/cancel-task.ts';
import { expireTask } from '../../shared/tasks/unit-procedures.ts';

// Faults that are known to do harm, planted one at a time: each must be seen, or the checks that see nothing prove nothing.

const plantIn = (name: string, from: string, to: string): Planted => ({
  procedures: [{ name, text: changed(procedureText(name), from, to) }],
});

/** Found within seconds, or a minute where many are looked for at once on a busy machine. */
const SECONDS = 240;

const simulated = async (planted: Planted) => {
  const { counterexample } = await runProofJob({
    ...{ kind: 'simulation', from: 1, count: 4000, seconds: SECONDS, planted, unexplained: true },
  });
  return counterexample?.violations.join('\n') ?? 'nothing was seen';
};
const burst = async (planted: Planted) => {
  const job = { kind: 'bursts', engine: 'mariadb', from: 0, count: 480, seconds: SECONDS, planted } as const;
  return (await runProofJob(job)).violations.join('\n') || 'nothing was seen';
};

describe('is seen by the simulation:', () => {
  it.concurrent('a lease that nobody asks for', async () => {
    const seen = await simulated(plantIn('finish_unit_v2', ' OR v_lease <> p_lease_id', ''));
    expect(seen).toMatch(/finish_unit_v2 answered \w+; the model says lost/);
  });

  it.concurrent('a fresh lot for credits that went back to their lot as well', async () => {
    const twice = plantIn(
      'refund_task_v1',
      'UPDATE quota_lots SET remaining = remaining + v_amount WHERE id = v_lot;\n    END IF;',
      `UPDATE quota_lots SET remaining = remaining + v_amount WHERE id = v_lot;
       END IF;
       IF v_fresh = 1 THEN
         UPDATE quota_lots l JOIN quota_entries e ON e.lot_id = l.id SET l.remaining = l.remaining + v_amount WHERE e.seq = v_seq;
       END IF;`,
    );
    expect(await simulated(twice)).toMatch(/the tables say: lot/);
  });

  it.concurrent('credits that become a fresh lot again and again', async () => {
    const seen = await simulated(plantIn('refund_task_v1', " AND l.source_key NOT LIKE 'refund:%'", ''));
    expect(seen).toMatch(/the tables say: lot/);
  });

  it.concurrent('a key that is not unique', async () => {
    const statements = ['ALTER TABLE tasks DROP INDEX by_key, ADD KEY by_key (merchant_id, idempotency_key)'];
    expect(await simulated({ statements })).toMatch(/the model says (replayed|conflict)/);
  });

  it.concurrent('credits that are taken from the lot that ends last, and it is told how: as short as may be, with the command that shows it again', async () => {
    const planted = plantIn('spend_credits_v1', 'ORDER BY expires_at, id', 'ORDER BY expires_at DESC, id');
    const { shortest = '', trace } = await runProofJob({
      ...{ kind: 'replay', part: 'simulation', seed: 1, tries: 20, shrinkRuns: 40, planted },
    });
    const told =
      /^seed (\d+), as short as it could be made:\n(.*)\nbroken:\n {2}(.*)\nagain: npm run soak -- --only simulation --seed (\d+)$/s;
    const [, seed, steps, broken, again] = told.exec(shortest) ?? [];
    expect(again).toBe(seed);
    expect(steps).toContain('create_task_v4 → created');
    expect(steps?.split('\n').length).toBeLessThan(trace.length);
    expect(broken).toMatch(/the tables say: entry \d+ mch#\d lot#\d+ deduct -/);
  });

  it.concurrent('a look at an order that comes late and is booked all the same', async () => {
    const seen = await simulated(plantIn('settle_commission_v2', ' OR p_changes < v_seen', ''));
    expect(seen).toMatch(/settle_commission_v2 answered \w+; the model says unchanged|are left of it/);
  });

  it.concurrent('a known key that nobody asks for', async () => {
    const where = 'merchant_id = p_merchant_id AND idempotency_key = p_idempotency_key';
    const seen = await simulated(plantIn('create_task_v4', where, `${where} AND FALSE`));
    expect(seen).toMatch(/the model says (replayed|conflict)|task id taken/);
  });
});

describe('is seen of money by the simulation:', () => {
  it.concurrent('a payment whose amount nobody compares', async () => {
    const seen = await simulated(
      plantIn('settle_order_v5', "WHEN v_amount <> p_amount_fen THEN 'amount_mismatch'", ''),
    );
    expect(seen).toMatch(/settle_order_v5 answered \w+; the model says amount_mismatch/);
  });

  it.concurrent('credits that are spent after their end', async () => {
    const seen = await simulated(plantIn('spend_credits_v1', 'expires_at > p_now', 'TRUE'));
    expect(seen).toMatch(/create_task_v4 answered|the tables say/);
  });

  it.concurrent('a refund that leaves the credits where they are', async () => {
    const seen = await simulated(plantIn('create_refund_v4', 'SET remaining = 0, revoked_at', 'SET revoked_at'));
    expect(seen).toMatch(/the tables say: lot|I1 |lot_remaining/);
  });

  it.concurrent('a refund without the membership that it ends', async () => {
    const seen = await simulated(plantIn('create_refund_v4', 'CALL set_membership_v2(v_merchant, p_now);', ''));
    expect(seen).toMatch(/the tables say: account/);
  });
});

describe('is seen by bursts:', () => {
  it.concurrent('refunds that do not wait for each other', async () => {
    const unlocked = procedureText('create_refund_v4').replaceAll(' FOR UPDATE', '');
    const slow = changed(unlocked, '  SET v_refund_fen', '  DO SLEEP(0.003);\n  SET v_refund_fen');
    const statements = ['ALTER TABLE refunds DROP INDEX by_key'];
    const seen = await burst({ procedures: [{ name: 'create_refund_v4', text: slow }], statements });
    expect(seen).toMatch(/refundsAtOnce|refundAgainstSpending|I5 no more goes back|failed/);
  });

  it.concurrent('the last two numbers of an order that do not wait for each other', async () => {
    const text = slowed(changed(procedureText('close_attempt_v1'), ' FOR UPDATE', ''));
    expect(await burst({ procedures: [{ name: 'close_attempt_v1', text }] })).toMatch(/closingsAtOnce/);
  });

  it.concurrent('a redeem code whose uses are counted without its lock', async () => {
    const unlocked = changed(procedureText('redeem_code_v2'), 'p_code_hash FOR UPDATE', 'p_code_hash');
    const seen = await burst({ procedures: [{ name: 'redeem_code_v2', text: slowed(unlocked) }] });
    expect(seen).toMatch(/redeem/i);
  });

  it.concurrent('a refund that reads what remains, and then writes it', async () => {
    const refund = changed(
      procedureText('refund_task_v1'),
      'UPDATE quota_lots SET remaining = remaining + v_amount WHERE id = v_lot;',
      'SELECT remaining + v_amount INTO v_amount FROM quota_lots WHERE id = v_lot; DO SLEEP(0.002);\n' +
        '      UPDATE quota_lots SET remaining = v_amount WHERE id = v_lot;\n' +
        '      SELECT -amount INTO v_amount FROM quota_entries WHERE seq = v_seq;',
    );
    const unlocked = ['cancel_task_v2', 'fail_unit_v2', 'expire_task_v1'].map((name) => ({
      name,
      text: changed(procedureText(name), /(FROM accounts WHERE merchant_id = \w+) FOR UPDATE/, '$1'),
    }));
    const seen = await burst({ procedures: [{ name: 'refund_task_v1', text: refund }, ...unlocked] });
    expect(seen).toMatch(/I1 |credit/);
  });

  it.concurrent('a sweeper that does not look at the state', async () => {
    const blind = changed(procedureText('expire_task_v1'), 'WHEN v_deadline <= p_now', 'WHEN TRUE');
    const text = changed(blind, "WHEN 'processing' THEN", 'ELSE');
    expect(await burst({ procedures: [{ name: 'expire_task_v1', text }] })).toMatch(
      /endingsOfOneTask|sweepersAtOnce|cancelAgainstStart/,
    );
  });

  it.concurrent('spending without a lock on the account', async () => {
    const unlocked = changed(
      procedureText('create_task_v4'),
      /UPDATE accounts SET[^;]*;\s*IF ROW_COUNT\(\) = 0/,
      'SELECT create_tat_ms INTO v_tat FROM accounts WHERE merchant_id = p_merchant_id; IF v_tat IS NULL',
    );
    const seen = await burst({ procedures: [{ name: 'create_task_v4', text: unlocked }] });
    expect(seen).not.toBe('nothing was seen');
  });

  it.concurrent('payments without their unique key', async () => {
    const statements = ['ALTER TABLE payments DROP INDEX by_transaction'];
    expect(await burst({ statements })).toMatch(/one transaction granted 2 orders|I3 one transaction/);
  });
});

describe('with the unique key of refunds alone missing', () => {
  let product: ProductServer;
  beforeAll(async () => {
    product = await startProductServer({ flush: 0 });
  });
  afterAll(() => product.stop());

  it('the audit sees what the key had kept out', async () => {
    const arena = await openArena(product, 1);
    const merchant = await merchantWith(arena, [3]);
    const { taskId } = await create(arena.db, merchant);
    await create(arena.db, merchant);
    await arena.db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, NOW_MS));
    const refundAgain = () =>
      arena.plain.query(
        `INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, task_id, reverses_entry_id, created_at)
           SELECT merchant_id, lot_id, 'refund', -amount, task_id, seq, created_at FROM quota_entries WHERE task_id = ? AND kind = 'deduct';
         UPDATE quota_lots SET remaining = remaining + 1 WHERE merchant_id = ?`,
        [taskId, merchant],
      );
    await expect(refundAgain()).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' });
    expect(await auditLedger(arena.db, 0)).toEqual([]);
    await dropUnique(arena.plain, 'quota_entries', 'UNIQUE KEY by_reversal (reverses_entry_id)');
    await refundAgain();
    expect((await auditLedger(arena.db, 0)).map(({ rule, what }) => `${rule} ${what}`)).toContainEqual(
      expect.stringMatching(/^I3 a refund reverses one deduction of its task/),
    );
  });
});

describe('is seen by the audit:', () => {
  let product: ProductServer;
  beforeAll(async () => {
    product = await startProductServer({
      flush: 0,
      change: async (connection) => {
        await dropUnique(connection, 'quota_entries', 'UNIQUE KEY by_reversal (reverses_entry_id)');
        await dropUnique(connection, 'payments', 'UNIQUE KEY by_transaction (channel, transaction_id)');
        await dropUnique(connection, 'quota_lots', 'UNIQUE KEY by_source (source_key)');
        await dropUnique(connection, 'quota_entries', 'UNIQUE KEY by_source (source_key)');
      },
    });
  });
  afterAll(() => product.stop());

  it('a second refund of one deduction, where no unique key keeps it out', async () => {
    const arena = await openArena(product, 2);
    const merchant = await merchantWith(arena, [3]);
    const { taskId } = await create(arena.db, merchant);
    const cancel = 'cancel_task_v2';
    await atOnce(arena, seededRandom(1), [(db) => db.callProcedure(cancel, cancellation(merchant, taskId, NOW_MS))]);
    expect(await auditLedger(arena.db, 0)).toEqual([]);
    await create(arena.db, merchant);
    await arena.plain.query(
      `INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, task_id, reverses_entry_id, created_at)
         SELECT merchant_id, lot_id, 'refund', -amount, task_id, seq, created_at FROM quota_entries WHERE task_id = ? AND kind = 'deduct';
       UPDATE quota_lots SET remaining = remaining + 1 WHERE merchant_id = ?`,
      [taskId, merchant],
    );
    expect(await holds(arena, merchant)).toBe(3);
    const broken = (await auditLedger(arena.db, 0)).map(({ rule, what }) => `${rule} ${what}`);
    expect(broken.filter((one) => one.startsWith('I3 a refund reverses one deduction of its task'))).toHaveLength(1);
  });

  const brokenOf = async (arena: Arena) => (await auditLedger(arena.db, 0)).map(({ rule, what }) => `${rule} ${what}`);

  it.each(['quota_lots', 'quota_entries'])(
    'a source that made two rows of %s, where no unique key keeps it out',
    async (table) => {
      const arena = await openArena(product, 1);
      await emptyTables(arena.plain);
      await merchantWith(arena, [3]);
      expect(await brokenOf(arena)).toEqual([]);
      // Of the other table all stands twice as well, but under a source of its own: the books add up.
      await arena.plain.query(
        `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
         SELECT CONCAT(LEFT(id, 29), 'x'), merchant_id, IF(? = 'quota_lots', source_key, 'another'), access, amount, remaining, created_at,
           expires_at FROM quota_lots;
       INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
         SELECT merchant_id, CONCAT(LEFT(lot_id, 29), 'x'), kind, amount, IF(? = 'quota_entries', source_key, 'another'), created_at
         FROM quota_entries`,
        [table, table],
      );
      expect(await brokenOf(arena)).toEqual(['I3 one source made one lot and one entry']);
    },
  );

  it('a fresh lot that can buy more, or lives longer, than it may', async () => {
    const arena = await openArena(product, 1);
    await emptyTables(arena.plain);
    const taskId = await queuedTask(arena, await merchantWith(arena, [3], NOW_MS + 300_000));
    await expireTask(arena.db, taskId, NOW_MS + 3_600_000);
    const [fresh] = await arena.db.query<{ id: string }>("SELECT id FROM quota_lots WHERE source_key LIKE 'refund:%'");
    expect([fresh?.id !== undefined, await brokenOf(arena)]).toEqual([true, []]);
    for (const change of ["access = 'basic'", "access = 'member', expires_at = expires_at + INTERVAL 1 SECOND"]) {
      await arena.plain.query(`UPDATE quota_lots SET ${change} WHERE id = ?`, [fresh?.id]);
      expect(await brokenOf(arena)).toEqual([
        'I3 a refund goes to the lot that it came from, or once to a fresh one that buys the same and lives seven days',
      ]);
    }
  });
});
