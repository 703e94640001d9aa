import type { Connection, RowDataPacket } from 'mysql2/promise';

export interface PeerTask {
  readonly taskId: string;
  readonly userId: number;
  readonly type: string;
  readonly cost: number;
  readonly input: string;
  readonly nowMs: number;
}

/** The transaction as services usually write it: the account row is locked from the second trip to the sixth. */
export async function createInSixTrips(connection: Connection, task: PeerTask): Promise<boolean> {
  const { taskId, userId, type, cost, input, nowMs } = task;
  await connection.query('START TRANSACTION');
  const [accounts] = await connection.query<RowDataPacket[]>(
    'SELECT remaining, used FROM account WHERE id = ? FOR UPDATE',
    [userId],
  );
  const account = accounts[0];
  if (!account || account['remaining'] < cost) {
    await connection.query('ROLLBACK');
    return false;
  }
  await connection.query('UPDATE account SET remaining = remaining - ?, used = used + ? WHERE id = ?', [
    cost,
    cost,
    userId,
  ]);
  await connection.query(
    'INSERT INTO task (id, user_id, type, status, cost, input, created_at) VALUES (?, ?, ?, 0, ?, ?, ?)',
    [taskId, userId, type, cost, input, nowMs],
  );
  await connection.query('INSERT INTO ledger (user_id, delta, kind, ref, created_at) VALUES (?, ?, 1, ?, ?)', [
    userId,
    -cost,
    taskId,
    nowMs,
  ]);
  await connection.query('COMMIT');
  return true;
}
