import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findServer } from '../../../scripts/database/find-server.ts';
import {
  type PrivateDatabase,
  type PrivateDatabaseRequest,
  startPrivateDatabase,
} from '../../../scripts/database/private-database.ts';

const open: { end(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.end().catch(() => undefined);
});

async function start(request: Partial<PrivateDatabaseRequest> = {}): Promise<PrivateDatabase> {
  const database = await startPrivateDatabase({ engine: 'mariadb', ...request });
  open.push({ end: () => database.stop() });
  return database;
}

async function connect(database: PrivateDatabase): Promise<Connection> {
  const connection = await createConnection(database.connection);
  connection.on('error', () => undefined); // a killed server closes it
  open.push(connection);
  return connection;
}

async function firstRow(connection: Connection, sql: string): Promise<RowDataPacket | undefined> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows[0];
}

describe('startPrivateDatabase', () => {
  it('commits durably, keeps UTC, compares text and refuses sloppy SQL as production does', async () => {
    const connection = await connect(await start());
    const row = await firstRow(
      connection,
      `SELECT @@innodb_flush_log_at_trx_commit AS flush, @@time_zone AS zone, @@character_set_server AS charset,
        @@collation_database AS collation, @@global.sql_mode AS mode, @@skip_networking AS local, DATABASE() AS name`,
    );
    expect(row).toMatchObject({ flush: 1, zone: '+00:00', charset: 'utf8mb4', collation: 'utf8mb4_general_ci' });
    expect(row).toMatchObject({ local: 1, name: 'app', mode: expect.stringContaining('ONLY_FULL_GROUP_BY') as string });
    expect(row?.['mode']).toContain('STRICT_TRANS_TABLES');
  });

  it('two at once share neither folder nor data', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    await (await connect(one)).query('CREATE TABLE only_here (id INT PRIMARY KEY)');
    expect(await firstRow(await connect(other), "SHOW TABLES LIKE 'only_here'")).toBeUndefined();
    expect(one.runFolder).not.toBe(other.runFolder);
  });

  it('keeps what was committed through kill -9 and a restart, on the same socket', async () => {
    const database = await start();
    const before = await connect(database);
    await before.query('CREATE TABLE kept (id INT PRIMARY KEY)');
    await before.query('INSERT INTO kept VALUES (7)');
    const firstPid = database.pid;
    await database.kill9();
    await expect(createConnection(database.connection)).rejects.toThrow();
    await database.restart();
    expect(database.pid).not.toBe(firstPid);
    expect(await firstRow(await connect(database), 'SELECT id FROM kept')).toEqual({ id: 7 });
  });

  it('leaves no process and no folder after stop', async () => {
    const database = await start();
    await database.restart(); // the first supervisor must have gone as well, and must have spared the folder
    expect(existsSync(database.dataFolder)).toBe(true);
    const { pid } = database;
    await database.stop();
    expect(existsSync(database.runFolder)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('gives an unknown option back as an error that quotes the server, and leaves nothing', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'yiying-parent-'));
    open.push({ end: () => rm(parent, { recursive: true }) });
    await withVariable('TMPDIR', parent, async () => {
      await expect(
        startPrivateDatabase({ engine: 'mariadb', tmpfs: false, options: ['--no-such-option'] }),
      ).rejects.toThrow(/ended while it was starting[\s\S]*no-such-option/);
      expect(await readdir(parent)).toEqual([]);
    });
  });

  it('finds a short path for its socket however long TMPDIR is', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'yiying-parent-'));
    open.push({ end: () => rm(parent, { recursive: true }) });
    const long = join(parent, 'a-very-long-folder-name'.repeat(8));
    await mkdir(long);
    await withVariable('TMPDIR', long, async () => {
      const database = await start({ tmpfs: false });
      expect(Buffer.byteLength(database.socketPath)).toBeLessThanOrEqual(103);
      expect(await firstRow(await connect(database), 'SELECT 1 AS one')).toEqual({ one: 1 });
    });
  });
});

describe('a template with a schema', () => {
  // Templates made here must not stay in the user's cache. The server's program, found above, is remembered.
  let cache: string;
  let cacheBefore: string | undefined;
  beforeAll(async () => {
    await findServer('mariadb');
    cache = await mkdtemp(join(tmpdir(), 'yiying-cache-'));
    cacheBefore = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = cache;
  });
  afterAll(async () => {
    if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cacheBefore;
    await rm(cache, { recursive: true });
  });

  it('is made once for a key and copied afterwards; another key makes another', async () => {
    const templateKey = randomUUID();
    let made = 0;
    const prepare = async ({ socketPath }: { socketPath: string }) => {
      made += 1;
      const connection = await createConnection({ socketPath, user: 'root', database: 'app' });
      await connection.query('CREATE TABLE plan (id INT PRIMARY KEY)');
      await connection.end();
    };
    const databases = await Promise.all([start({ prepare, templateKey }), start({ prepare, templateKey })]);
    expect(made).toBe(1);
    for (const database of databases) {
      const connection = await connect(database);
      expect((await connection.query("SHOW TABLES LIKE 'plan'"))[0]).toHaveLength(1);
      await connection.query('INSERT INTO plan VALUES (1)');
    }
    const third = await connect(await start({ prepare, templateKey }));
    expect(await firstRow(third, 'SELECT COUNT(*) AS rows_left FROM plan')).toEqual({ rows_left: 0 });
    await start({ prepare, templateKey: randomUUID() });
    expect(made).toBe(2);
  });

  it('is not kept when prepare fails', async () => {
    const templateKey = randomUUID();
    const failing = () => Promise.reject(new Error('syntax error in 0002'));
    await expect(start({ prepare: failing, templateKey })).rejects.toThrow('syntax error in 0002');
    await expect(start({ prepare: () => Promise.resolve(), templateKey })).resolves.toBeDefined();
  });

  it('asks for a key, or yesterday’s schema would be taken for today’s', async () => {
    await expect(start({ prepare: () => Promise.resolve() })).rejects.toThrow('templateKey: required with prepare');
  });
});

async function withVariable(name: string, value: string, work: () => Promise<void>): Promise<void> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
