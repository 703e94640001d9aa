import { randomBytes } from 'node:crypto';
import { type Connection, createConnection } from 'mysql2/promise';
import { systemClock } from '../../../../shared/clock.ts';
import { checkByHand, tokenKeyOf } from '../../peers/hand-token.ts';
import { createInSixTrips } from '../../peers/six-trips.ts';

/**
 * The best of the usual: our own gateway, a token checked by hand, one connection an instance, and the six statements
 * of a transaction sent one after the other. It has no idempotency key, no contract beyond three fields, no log.
 */
const key = tokenKeyOf(process.env['TOKEN_SECRET'] ?? '');
const idPrefix = randomBytes(6).toString('hex');
let ids = 0;
let opened: Promise<Connection> | undefined;

const open = (): Promise<Connection> =>
  createConnection({
    socketPath: process.env['DB_SOCKET'] ?? '',
    user: 'root',
    database: process.env['DB_NAME'] ?? 'peer',
  });

interface Event {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function main({ body, headers }: Event) {
  const nowMs = systemClock();
  const subject = checkByHand((headers['authorization'] ?? '').slice('Bearer '.length), key, nowMs);
  if (subject === null) return reply(401, { error: 'unauthorized' });
  const { type, cost, input } = JSON.parse(body) as Record<string, unknown>;
  if (typeof type !== 'string' || !Number.isInteger(cost) || Number(cost) < 1 || typeof input !== 'string') {
    return reply(400, { error: 'bad request' });
  }
  const taskId = idPrefix + (ids++).toString(36).padStart(14, '0');
  opened ??= open();
  const created = await createInSixTrips(await opened, {
    taskId,
    userId: Number(subject),
    type,
    cost: Number(cost),
    input,
    nowMs,
  });
  return created ? reply(201, { taskId, status: 'pending' }) : reply(402, { error: 'quota' });
}

const reply = (statusCode: number, data: unknown) => ({
  isBase64Encoded: false,
  statusCode,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(data),
});
