import type { Connection } from 'mysql2/promise';

interface Sums {
  readonly tasks: number;
  readonly deducts: number;
  readonly spent: string | number;
}

/** A benchmark that lost or doubled a credit, on either side, has measured nothing. @throws when the sums differ */
export async function checkLedgers(connection: Connection): Promise<void> {
  await check(connection, 'ours', {
    tasks: 'SELECT COUNT(*) FROM tasks',
    deducts: "SELECT COUNT(*) FROM quota_entries WHERE kind = 'deduct'",
    spent: 'SELECT SUM(amount - remaining) FROM quota_lots',
  });
  await check(connection, 'the peer', {
    tasks: 'SELECT COUNT(*) FROM peer.task',
    deducts: 'SELECT COUNT(*) FROM peer.ledger WHERE delta = -1',
    spent: 'SELECT SUM(used) FROM peer.account',
  });
}

async function check(connection: Connection, whose: string, sums: Record<keyof Sums, string>): Promise<void> {
  const columns = Object.entries(sums).map(([name, sql]) => `(${sql}) AS ${name}`);
  const [rows] = await connection.query(`SELECT ${columns.join(', ')}`);
  const { tasks, deducts, spent } = (rows as Sums[])[0]!;
  if (tasks !== deducts || tasks !== Number(spent)) {
    throw new Error(`${whose}: the ledger does not add up: ${tasks} tasks, ${deducts} deductions, ${spent} credits`);
  }
}
