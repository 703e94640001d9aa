import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProductServer, startProductServer } from '../../scripts/soak/product-server.ts';

const main = fileURLToPath(new URL('../../scripts/audit-ledger/main.ts', import.meta.url));

let product: ProductServer;
const password = 'only-for-this-test';
/** The operator's command goes over TCP, as it does in production. */
beforeAll(async () => {
  const port = await freePort();
  product = await startProductServer({
    options: ['--skip-networking=0', '--bind-address=127.0.0.1', `--port=${port}`],
    change: (connection) =>
      connection.query(`CREATE USER auditor@'127.0.0.1' IDENTIFIED BY '${password}';
        GRANT SELECT ON app.* TO auditor@'127.0.0.1'`),
  });
  url = `mysql://auditor:${password}@127.0.0.1:${port}/app`;
});
afterAll(() => product.stop());

let url: string;

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function audit(databaseUrl: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl };
    execFile(process.execPath, ['--import', 'tsx', main], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('npm run audit-ledger', () => {
  it('says that every rule holds, as a user who may only read', async () => {
    expect(await audit(url)).toEqual({ code: 0, stdout: expect.stringMatching(/^\d\d rules hold\.\n$/), stderr: '' });
  });

  it('shows the rows that break a rule, and ends with 1', async () => {
    const plain = await product.plain();
    await plain.query(`INSERT INTO quota_lots VALUES
      ('lot_torn', 'mch_a', 'test', 'member', 10, 7, '2026-03-01', '2026-04-01', NULL)`);
    const { code, stdout } = await audit(url);
    await plain.query('DELETE FROM quota_lots');
    expect(code).toBe(1);
    expect(stdout).toContain(
      "BROKEN I1  a lot's entries add up to what remains of it\n  lot=lot_torn  remaining=7  entries=0\n",
    );
  });

  it('ends with 2, and without the password, when there is nothing to audit', async () => {
    for (const bad of ['', 'mysql://', url.replace(password, 'wrong-password')]) {
      const { code, stderr } = await audit(bad);
      expect([code, stderr.split('\n')]).toEqual([2, [expect.stringMatching(/DATABASE_URL|audit could not/), '']]);
      expect(stderr).not.toContain('wrong-password');
    }
  });
});
