import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemaFiles } from '../../../infra/migrate.ts';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { migrate } from '../../../shared/db/migrate.ts';
import type { SchemaFile } from '../../../shared/db/schema-file.ts';
import { schemaStatus } from '../../../shared/db/schema-status.ts';

let database: FreshDatabase;
let opened: Connection[] = [];
const open = async (): Promise<Connection> => {
  const connection = await createConnection(database.connection);
  connection.on('error', () => undefined);
  opened.push(connection);
  return connection;
};
beforeEach(async () => {
  database = await freshDatabase(() => Promise.resolve());
});
afterEach(async () => {
  for (const connection of opened) connection.destroy();
  opened = [];
  await database.drop();
});

const file = (name: string, ...statements: string[]): SchemaFile => ({
  name,
  checksum: Buffer.from(statements.join(';')).toString('hex').slice(0, 64).padEnd(64, '0'),
  statements,
});

/** One of each kind of statement that a migration may hold; rows that a second time would double. */
const SMALL: readonly SchemaFile[] = [
  file(
    '0001_shop',
    'CREATE TABLE shelves (id INT NOT NULL PRIMARY KEY, boxes INT NOT NULL)',
    '-- two at once\nINSERT INTO shelves (id, boxes) VALUES (1, 1), (2, 2)',
    'UPDATE shelves SET boxes = boxes + 10',
  ),
  file(
    '0002_colours',
    'ALTER TABLE shelves ADD COLUMN colour VARCHAR(8) NOT NULL DEFAULT "red"',
    'ALTER TABLE shelves ADD KEY by_colour (colour)',
    'CREATE TRIGGER shelves_stay BEFORE DELETE ON shelves FOR EACH ROW SIGNAL SQLSTATE "45000"',
    'CREATE TABLE old_boxes (id INT NOT NULL PRIMARY KEY)',
  ),
  file('0003_clean', 'DROP TABLE old_boxes', 'ALTER TABLE shelves DROP KEY by_colour'),
  file('count_v1', 'CREATE PROCEDURE count_v1() BEGIN SELECT COUNT(*) AS shelves FROM shelves; END'),
];

class Killed extends Error {}

/** The connection, until the process dies with its `at`th call to the database: before it is sent, or with its answer. */
function dying(
  connection: Connection,
  at: number,
  when: 'before' | 'after',
): { connection: Connection; calls: () => number } {
  let calls = 0;
  const counted = async (send: () => Promise<unknown>): Promise<unknown> => {
    calls += 1;
    if (calls < at) return send();
    if (when === 'after' && calls === at) await send();
    connection.destroy();
    throw new Killed();
  };
  const proxy = new Proxy(connection, {
    get: (target, key) => {
      if (key !== 'query' && key !== 'beginTransaction' && key !== 'commit') return Reflect.get(target, key) as unknown;
      return (...args: never[]) => counted(() => (target[key] as (...given: never[]) => Promise<unknown>)(...args));
    },
  });
  return { connection: proxy, calls: () => calls };
}

/** What a schema is: every column, index, routine and trigger. */
async function shape(connection: Connection): Promise<unknown> {
  const parts = [
    'SELECT table_name AS t, column_name AS c, column_type AS y, is_nullable AS n, column_default AS d FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2',
    'SELECT table_name AS t, index_name AS i, seq_in_index AS s, column_name AS c FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, 3',
    'SELECT routine_name AS r FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1',
    'SELECT trigger_name AS g FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1',
    'SELECT name, statements_done FROM schema_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
  ];
  const found = [];
  for (const sql of parts) found.push((await connection.query<RowDataPacket[]>(sql))[0]);
  return found;
}
const boxes = async (connection: Connection): Promise<unknown> =>
  (await connection.query<RowDataPacket[]>('SELECT id, boxes, colour FROM shelves ORDER BY id'))[0];

async function emptied(): Promise<Connection> {
  const connection = await open();
  const name = database.connection.database;
  await connection.query(`DROP DATABASE ${name}`);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  await connection.query(`USE ${name}`);
  return connection;
}

describe('a migration', () => {
  it('is told before, done, told after, and done no second time', async () => {
    const connection = await open();
    const before = await schemaStatus(connection, SMALL);
    expect(before).toMatchObject({ files: 4, finished: 0, changed: [], others: [], running: false });
    expect(before.pending[0]).toEqual({
      name: '0001_shop',
      statements: [
        'CREATE TABLE shelves (id INT NOT NULL PRIMARY KEY, boxes INT NOT NULL)',
        'INSERT INTO shelves (id, boxes) VALUES (1, 1), (2, 2)',
        'UPDATE shelves SET boxes = boxes + 10',
      ],
    });
    expect(before.server.version).not.toBe('');
    expect(Math.abs(before.server.nowMs - Date.now())).toBeLessThan(10_000);
    expect((await migrate(connection, SMALL)).applied).toEqual(SMALL.map(({ name }) => name));
    expect(await schemaStatus(connection, SMALL)).toMatchObject({ finished: 4, pending: [] });
    expect(await migrate(connection, SMALL)).toEqual({ applied: [], remaining: [] });
  });

  it.each(['before', 'after'] as const)('killed %s each of its calls is completed by the next run', async (when) => {
    const whole = await emptied();
    const counting = dying(whole, Number.POSITIVE_INFINITY, when);
    await migrate(counting.connection, SMALL);
    const [wanted, rows, calls] = [await shape(whole), await boxes(whole), counting.calls()];
    expect(rows).toEqual([
      { id: 1, boxes: 11, colour: 'red' },
      { id: 2, boxes: 12, colour: 'red' },
    ]);
    expect(calls).toBeGreaterThan(30);
    for (let at = 1; at <= calls; at++) {
      const observer = await emptied();
      const killed = migrate(dying(await open(), at, when).connection, SMALL);
      // The last two only end the transaction and free the lock, as the connection's own end does.
      if (at <= calls - 2) await expect(killed, `call ${at}`).rejects.toThrow();
      else await killed;
      await migrate(await open(), SMALL);
      expect([await shape(observer), await boxes(observer)], `call ${at}`).toEqual([wanted, rows]);
    }
  });

  it('of the product, killed again and again, comes to the same as one that ran through', async () => {
    const whole = await emptied();
    await migrate(whole, schemaFiles());
    const wanted = await shape(whole);
    const observer = await emptied();
    let runs = 0;
    for (let at = 9; ; at = 9 + (runs % 4)) {
      runs += 1;
      const dead = await migrate(dying(await open(), at, runs % 2 ? 'before' : 'after').connection, schemaFiles()).then(
        () => false,
        () => true,
      );
      if (!dead) break;
    }
    expect(runs).toBeGreaterThan(60);
    expect(await shape(observer)).toEqual(wanted);
  });

  it('waits for another one, and two at once do it once', async () => {
    const outcomes = await Promise.all([migrate(await open(), SMALL), migrate(await open(), SMALL)]);
    expect(outcomes.map(({ applied }) => applied.length).sort()).toEqual([0, 4]);
    expect(await boxes(await open())).toMatchObject([{ boxes: 11 }, { boxes: 12 }]);
    const holder = await open();
    await holder.query("SELECT GET_LOCK(CONCAT('migrate:', LEFT(SHA2(DATABASE(), 256), 32)), 0)");
    expect((await schemaStatus(await open(), SMALL)).running).toBe(true);
    await expect(migrate(await open(), SMALL, { lockSeconds: 0 })).rejects.toThrow(
      'another migration has held the lock',
    );
  });

  it('stops between two statements when time is up, and the next run goes on there', async () => {
    let asked = 0;
    const first = await migrate(await open(), SMALL, { isTimeUp: () => ++asked > 2 });
    expect(first).toEqual({ applied: [], remaining: SMALL.map(({ name }) => name) });
    const [pending] = (await schemaStatus(await open(), SMALL)).pending;
    expect(pending?.statements).toEqual(['UPDATE shelves SET boxes = boxes + 10']);
    await migrate(await open(), SMALL);
    expect(await boxes(await open())).toMatchObject([{ boxes: 11 }, { boxes: 12 }]);
  });
});

describe('a migration is refused, naming the file and the statement', () => {
  it('that was changed after it had been applied; status tells it, and what a later release applied', async () => {
    await migrate(await open(), SMALL);
    const changed = SMALL.slice(1).map((one) => (one.name === 'count_v1' ? file('count_v1', 'SELECT 1') : one));
    expect(await schemaStatus(await open(), changed)).toMatchObject({ changed: ['count_v1'], others: ['0001_shop'] });
    await expect(migrate(await open(), changed)).rejects.toThrow('count_v1 was changed after it had been applied');
  });

  it('whose table is there already, made by somebody else: the second time too', async () => {
    const connection = await open();
    await connection.query('CREATE TABLE shelves (other INT NOT NULL PRIMARY KEY)');
    for (let time = 0; time < 2; time++) {
      await expect(migrate(await open(), SMALL)).rejects.toThrow(/^0001_shop, statement 1 of 3: .*shelves/);
    }
    await connection.query('DROP TABLE shelves');
    expect((await migrate(await open(), SMALL)).remaining).toEqual([]);
  });

  it('that a long transaction keeps waiting, and goes through afterwards', async () => {
    await migrate(await open(), SMALL.slice(0, 1));
    const reader = await open();
    await reader.beginTransaction();
    await reader.query('SELECT * FROM shelves');
    const late = migrate(await open(), SMALL, { tableWaitSeconds: 1 });
    await expect(late).rejects.toThrow(/^0002_colours, statement 1 of 4: .*A long transaction uses the table/);
    await reader.commit();
    expect((await migrate(await open(), SMALL)).remaining).toEqual([]);
  });

  it('while the database is of the first releases, which marked only what was done, it is not', async () => {
    const connection = await open();
    await migrate(connection, SMALL.slice(0, 1));
    await connection.query('ALTER TABLE schema_migrations DROP COLUMN statements_begun');
    expect(await schemaStatus(connection, SMALL)).toMatchObject({ finished: 1 });
    expect((await migrate(await open(), SMALL)).applied).toHaveLength(3);
  });
});
