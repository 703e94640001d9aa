import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startCuttingProxy } from '../../../scripts/soak/cuts/cutting-proxy.ts';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { type Database, openDatabase } from '../../../shared/db/database.ts';
import { DatabaseUnavailable } from '../../../shared/db/database-unavailable.ts';
import { isDuplicateKey } from '../../../shared/db/error-treatment.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { type InterruptibleProxy, startProxy } from './interruptible-proxy.ts';
import { OtherInstance } from './other-instance.ts';

let fresh: FreshDatabase;
let proxy: InterruptibleProxy;
let shiftMs = 0;
const clock = () => Date.now() + shiftMs;
const opened: Database[] = [];

beforeAll(async () => {
  fresh = await freshDatabase(async (connection) => {
    await connection.query(`CREATE TABLE things (
      id INT PRIMARY KEY, name VARCHAR(50), amount DECIMAL(10,2), big BIGINT, made_at DATETIME(3), extra JSON, raw VARBINARY(10),
      UNIQUE KEY by_name (name)) ENGINE = InnoDB CHARACTER SET utf8mb4`);
    await connection.query(`CREATE PROCEDURE rename_thing_v1(IN p_id INT, IN p_name VARCHAR(50) CHARACTER SET utf8mb4)
      BEGIN UPDATE things SET name = p_name WHERE id = p_id; SELECT 'renamed' AS outcome, ROW_COUNT() AS counted; END`);
    // As when a disk is full: the server did not run the handler that rolls back.
    await connection.query(`CREATE PROCEDURE end_in_the_open_v1(IN p_id INT)
      BEGIN
        START TRANSACTION;
        UPDATE things SET big = big + 1 WHERE id = p_id;
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114;
      END`);
    await connection.query('CREATE PROCEDURE answer_nothing_v1() BEGIN DO 0; END');
    await connection.query(`CREATE PROCEDURE lock_both_v1(IN p_first INT, IN p_second INT)
      BEGIN
        DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
        START TRANSACTION;
        UPDATE things SET big = big + 1 WHERE id = p_first;
        DO SLEEP(0.2);
        UPDATE things SET big = big + 1 WHERE id = p_second;
        COMMIT;
        SELECT 'locked' AS outcome;
      END`);
  });
  const { host, port, socketPath } = fresh.connection;
  proxy = await startProxy(
    socketPath === undefined ? { host: host ?? '127.0.0.1', port: port ?? 3306 } : { path: socketPath },
  );
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  shiftMs = 0;
});
afterAll(async () => {
  await proxy.close();
  await fresh.drop();
});

const secret = () => z.parse(DatabaseSecret, fresh.connection);
const throughProxy = (): DatabaseSecret => {
  const { user, password, database } = fresh.connection;
  return { host: '127.0.0.1', port: proxy.port, user, password, database };
};
const open = (where: () => DatabaseSecret = secret, connections: 1 | 2 = 1): Database => {
  const database = openDatabase({ readSecret: async () => where(), clock, connections });
  opened.push(database);
  return database;
};

describe('a session', () => {
  it('is READ COMMITTED, UTC, strict, and waits five seconds for a lock', async () => {
    const isolation = (
      await open().query<Record<string, string>>(
        "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
      )
    )[0];
    expect(isolation?.['Value']).toBe('READ-COMMITTED');
    const [row] = await open().query<Record<string, unknown>>(
      'SELECT @@time_zone AS zone, @@innodb_lock_wait_timeout AS wait, @@sql_mode AS mode',
    );
    expect(row).toMatchObject({ zone: '+00:00', wait: 5 });
    expect(row?.['mode']).toContain('STRICT_TRANS_TABLES');
    await expect(open().write('INSERT INTO things (id, name) VALUES (1000, ?)', ['x'.repeat(51)])).rejects.toThrow(
      /too long/,
    );
  });
});

describe('values', () => {
  it('come back as they went in: text of any script, times in milliseconds, decimals, JSON, bytes', async () => {
    const database = open();
    const atMs = Date.parse('2026-11-24T07:15:21.042Z');
    const extra = { 名: ['衣', 1, null] };
    await database.write('INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?)', [
      1,
      '白T恤👕',
      9.95,
      2 ** 53 - 1,
      sqlTime(atMs),
      extra,
      new Uint8Array([0, 255]),
    ]);
    const [row] = await database.query<Record<string, unknown>>('SELECT * FROM things WHERE id = ?', [1]);
    expect({ ...row, extra: typeof row?.['extra'] === 'string' ? JSON.parse(row['extra']) : row?.['extra'] }).toEqual({
      id: 1,
      name: '白T恤👕',
      amount: 9.95,
      big: 2 ** 53 - 1,
      made_at: atMs,
      extra,
      raw: Buffer.from([0, 255]),
    });
    expect(typeof row?.['extra']).toBe('object');
  });
  it('that are missing are null', async () => {
    const [row] = await open().query<Record<string, unknown>>(
      'SELECT CAST(? AS CHAR) AS a, CAST(NULL AS DATETIME(3)) AS b',
      [null],
    );
    expect({ ...row }).toEqual({ a: null, b: null });
  });
  it('may be numbers in LIMIT, and integers of all 64 bits', async () => {
    const database = open();
    await database.write('INSERT INTO things (id, name, big) VALUES (2, ?, ?), (3, ?, 0)', [
      'b',
      9223372036854775807n,
      'c',
    ]);
    expect(await database.query('SELECT id FROM things WHERE id IN (2, 3) ORDER BY id LIMIT ?', [1])).toHaveLength(1);
    const [row] = await database.query<{ big: unknown }>('SELECT big FROM things WHERE id = 2');
    expect(row?.big).toBe('9223372036854775807');
  });
  it('never become part of the statement', async () => {
    const nasty = "'; DROP TABLE things; -- \\";
    const [row] = await open().query<{ text: string }>('SELECT CAST(? AS CHAR(50)) AS text', [nasty]);
    expect(row?.text).toBe(nasty);
    await expect(open().query('SELECT 1; SELECT 2')).rejects.toThrow(/syntax/);
    await expect(open().callProcedure('x(); DROP TABLE things', [])).rejects.toThrow(RangeError);
  });
});

describe('a write', () => {
  it('counts the rows that its condition matched, changed or not', async () => {
    const database = open();
    await database.write("INSERT INTO things (id, name) VALUES (10, 'same')");
    expect(await database.write("UPDATE things SET name = 'same' WHERE id = 10 AND name = 'same'")).toMatchObject({
      affectedRows: 1,
    });
    expect(await database.write("UPDATE things SET name = 'x' WHERE id = 10 AND name = 'other'")).toMatchObject({
      affectedRows: 0,
    });
  });
  it('of a key that is there tells which one', async () => {
    const database = open();
    await database.write("INSERT INTO things (id, name) VALUES (20, 'twenty')");
    const again = await database
      .write("INSERT INTO things (id, name) VALUES (21, 'twenty')")
      .catch((error: unknown) => error);
    expect([isDuplicateKey(again, 'by_name'), isDuplicateKey(again, 'PRIMARY')]).toEqual([true, false]);
  });
});

describe('a procedure', () => {
  it('answers its one row', async () => {
    const database = open();
    await database.write("INSERT INTO things (id, name) VALUES (30, 'thirty')");
    expect(await database.callProcedure('rename_thing_v1', [30, '三十'])).toMatchObject({ outcome: 'renamed' });
    expect(await database.query('SELECT name FROM things WHERE id = 30')).toMatchObject([{ name: '三十' }]);
  });
  it('that answers none is an error of ours', async () => {
    await expect(open().callProcedure('answer_nothing_v1', [])).rejects.toThrow(/no row/);
  });
  it('that loses a deadlock is called once more', async () => {
    const database = open(secret, 2);
    await database.write("INSERT INTO things (id, name, big) VALUES (40, 'forty', 0), (41, 'forty-one', 0)");
    const both = [database.callProcedure('lock_both_v1', [40, 41]), database.callProcedure('lock_both_v1', [41, 40])];
    expect(await Promise.all(both)).toMatchObject([{ outcome: 'locked' }, { outcome: 'locked' }]);
    expect(await database.query('SELECT big FROM things WHERE id IN (40, 41)')).toMatchObject([{ big: 2 }, { big: 2 }]);
  });
});

describe('connections', () => {
  it('are opened when needed, kept, and never more than asked for', async () => {
    const before = proxy.accepted();
    const database = open(throughProxy, 2);
    expect(proxy.accepted()).toBe(before);
    await Promise.all(Array.from({ length: 10 }, () => database.query('SELECT SLEEP(0.01)')));
    await database.query('SELECT 1');
    expect(proxy.accepted() - before).toBe(2);
  });
  it('that died while the instance was frozen are replaced before anything is sent', async () => {
    const database = open(throughProxy);
    await database.query('SELECT 1');
    proxy.cutAll();
    shiftMs += 60_000;
    const before = proxy.accepted();
    expect(await database.query('SELECT 7 AS n')).toMatchObject([{ n: 7 }]);
    expect(proxy.accepted() - before).toBe(1);
  });
  it('that the server closed for being idle are replaced, also right after', async () => {
    const database = open();
    await database.query('SET SESSION wait_timeout = 1');
    await new Promise((resolve) => setTimeout(resolve, 1600));
    expect(await database.query('SELECT 8 AS n')).toMatchObject([{ n: 8 }]);
  });
  it('that answer nothing after a freeze are given up within three seconds', async () => {
    const database = open(throughProxy);
    await database.query('SELECT 1');
    proxy.goSilent();
    shiftMs += 60_000;
    const startedMs = Date.now();
    expect(await database.query('SELECT 9 AS n')).toMatchObject([{ n: 9 }]);
    expect(Date.now() - startedMs).toBeLessThan(3500);
  });
  it('that break in the middle of a statement leave it done once at most, and say that nobody knows', async () => {
    const database = open(throughProxy);
    await database.write("INSERT INTO things (id, name, big) VALUES (50, 'fifty', 0)");
    const statement = 'UPDATE things SET big = big + 1 + SLEEP(0.1) WHERE id = 50';
    // Prepared beforehand, so that the next bytes are the execution itself.
    await database.write(statement);
    proxy.cutAfterNextQuery();
    const error = await database.write(statement).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseUnavailable);
    expect(error).toMatchObject({ outcome: 'unknown' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [row] = await database.query<{ big: number }>('SELECT big FROM things WHERE id = 50');
    expect([1, 2]).toContain(row?.big);
  });
  it('that answer nothing in the middle of a statement are given up at its time limit, and not used again', async () => {
    const database = openDatabase({ readSecret: async () => throughProxy(), clock, statementTimeoutMs: 300 });
    opened.push(database);
    await database.query('SELECT 1');
    proxy.goSilent();
    await expect(database.query('SELECT 2')).rejects.toMatchObject({ name: 'DatabaseUnavailable', outcome: 'unknown' });
    const before = proxy.accepted();
    expect(await database.query('SELECT 3 AS n')).toMatchObject([{ n: 3 }]);
    expect(proxy.accepted() - before).toBe(1);
  });
  it('whose procedure left a transaction open are closed at once, for the instance may be frozen a moment later', async () => {
    const database = open();
    await database.write("INSERT INTO things (id, name, big) VALUES (60, 'sixty', 0)");
    const other = new OtherInstance(fresh.connection);
    await other.ready;
    const error = await database.callProcedure('end_in_the_open_v1', [60]).catch((reason: unknown) => reason);
    // Nothing of this thread runs from here to the other's answer.
    expect(other.runWhileFrozen('UPDATE things SET big = big + 5 WHERE id = 60')).toBe('done');
    expect(error).toMatchObject({ name: 'DatabaseUnavailable', outcome: 'not_sent' });
    expect(await database.query('SELECT big FROM things WHERE id = 60')).toMatchObject([{ big: 5 }]);
  });
  it('that cannot be made say that nothing was sent, and work again when the database does', async () => {
    const database = open(throughProxy);
    proxy.refuseNew(true);
    await expect(database.query('SELECT 1')).rejects.toMatchObject({
      name: 'DatabaseUnavailable',
      outcome: 'not_sent',
    });
    proxy.refuseNew(false);
    expect(await database.query('SELECT 1 AS n')).toMatchObject([{ n: 1 }]);
    const nowhere = open(() => ({ socketPath: '/nonexistent/mysql.sock', user: 'u', password: '', database: 'd' }));
    await expect(nowhere.query('SELECT 1')).rejects.toMatchObject({ outcome: 'not_sent' });
  });
  it('that answer nothing while their session is set up are given up in time for an answer, and nothing was sent', async () => {
    const { socketPath, host, port } = fresh.connection;
    const cutting = await startCuttingProxy(
      socketPath === undefined ? { host: host ?? '127.0.0.1', port: port ?? 3306 } : { path: socketPath },
    );
    const database = open(() => ({ ...throughProxy(), port: cutting.port }));
    for (const exchange of [2, 3]) {
      cutting.arm({ exchange, kind: 'halfOpen' });
      const startedMs = performance.now();
      await expect(database.query('SELECT 1')).rejects.toMatchObject({ outcome: 'not_sent' });
      expect([cutting.exchanges().length, performance.now() - startedMs < 4000]).toEqual([exchange + 1, true]);
    }
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await cutting.close();
  });

  it('that fail let those who wait have their turn', async () => {
    const database = open(throughProxy);
    proxy.refuseNew(true);
    const all = await Promise.allSettled([1, 2, 3].map(() => database.query('SELECT 1')));
    proxy.refuseNew(false);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await database.query('SELECT 1 AS n')).toMatchObject([{ n: 1 }]);
  });
});

describe('a password that was rotated', () => {
  it('is asked for anew, once, when the old one is refused', async () => {
    const { user: _user, password: _password, ...server } = fresh.connection;
    const admin = await createConnection(fresh.connection);
    const user = `u_${fresh.connection.database}`.slice(0, 30);
    try {
      await admin.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'new'`);
      await admin.query(`GRANT SELECT ON ${fresh.connection.database}.* TO '${user}'@'%'`);
      const asked: string[] = [];
      const database = openDatabase({
        readSecret: async (how) => {
          asked.push(how);
          return z.parse(DatabaseSecret, { ...server, user, password: how === 'get' ? 'old' : 'new' });
        },
      });
      opened.push(database);
      expect(await database.query('SELECT 1 AS n')).toMatchObject([{ n: 1 }]);
      expect(asked).toEqual(['get', 'refresh']);
    } finally {
      await admin.query(`DROP USER IF EXISTS '${user}'@'%'`);
      await admin.end();
    }
  });
});
