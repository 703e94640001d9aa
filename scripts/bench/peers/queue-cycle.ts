import { Queue, Worker } from 'bullmq';
import { createPool } from 'mysql2/promise';
import { systemClock } from '../../../shared/clock.ts';
import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { createInSixTrips } from './six-trips.ts';

const USERS = 1000;

export interface QueueCycle {
  /** From the credits to the finished task. */
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * The usual way: the credits and the task in one MySQL transaction, then a job in BullMQ, then the worker marks the task
 * as done in MySQL. Between commit and enqueueing a crash loses the job.
 */
export async function queueCycle(
  secret: DatabaseSecret,
  redisSocket: string,
  connections: number,
): Promise<QueueCycle> {
  const pool = createPool({ ...secret, connectionLimit: connections });
  const redis = { path: redisSocket, maxRetriesPerRequest: null };
  const options = { connection: redis, prefix: 'bench' };
  const queue = new Queue<{ taskId: string }>('tasks', {
    ...options,
    defaultJobOptions: { removeOnComplete: true, attempts: 3 },
  });
  const waiting = new Map<string, () => void>();
  const worker = new Worker<{ taskId: string }>(
    'tasks',
    async ({ data: { taskId } }) => {
      await pool.query('UPDATE task SET status = 2 WHERE id = ? AND status = 0', [taskId]);
      waiting.get(taskId)?.();
      waiting.delete(taskId);
    },
    { ...options, concurrency: connections },
  );
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  let ids = 0;
  return {
    run: async () => {
      const taskId = `cycle${String(++ids).padStart(21, '0')}`;
      const done = new Promise<void>((resolve) => waiting.set(taskId, resolve));
      const userId = 1 + Math.floor(Math.random() * USERS);
      const task = { taskId, userId, type: 'basic_clean', cost: 1, input: 'inputs/photo.jpg', nowMs: systemClock() };
      const connection = await pool.getConnection();
      const created = await createInSixTrips(connection, task).finally(() => connection.release());
      if (!created) throw new Error('the peer has no credits left');
      await queue.add('process', { taskId });
      await done;
    },
    close: async () => {
      await worker.close();
      await queue.close();
      await pool.end();
    },
  };
}
