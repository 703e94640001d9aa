import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import type { ErrorCode } from '../../../shared/contract/errors.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { whyNoBoundedDisk } from './bounded-disk.ts';
import { failSyncs, whyNoFailingSyncs } from './fail-syncs.ts';
import { type FaultGround, MAX_CONNECTIONS } from './fault-ground.ts';
import { CLIENT_TIMEOUT_MS } from './load-merchant.ts';

export interface DatabaseFault {
  readonly kind: string;
  /** Why it cannot be done here; null: it can. */
  readonly whyNot?: (say: (line: string) => void) => Promise<string | null> | string | null;
  /** Some client must have met a refusal or a silence, or the fault was none. */
  readonly isNoticed?: boolean;
  /** Refusals that it may cause beside 503 and 429: what a server error refuses is asked again, the rest is an answer. */
  readonly excuses?: readonly ErrorCode[];
  /**
   * Does it, under load, and undoes it. @returns when it was over, by performance.now: the server was being started again,
   * or was let go on
   */
  readonly strike: (ground: FaultGround, random: SeededRandom) => Promise<number>;
}

const MINUTE_MS = 60_000;
const DYING_MS = 10_000;
/** MariaDB takes no lower limit. */
const FEWEST_CONNECTIONS = 10;

export const DATABASE_FAULTS: readonly DatabaseFault[] = [
  { kind: 'server killed', isNoticed: true, strike: killServer },
  { kind: 'server stopped for longer than clients wait', isNoticed: true, strike: stallServer },
  { kind: 'syncs fail', isNoticed: true, whyNot: whyNoFailingSyncs, strike: breakSyncs },
  { kind: 'disk full', isNoticed: true, whyNot: whyNoBoundedDisk, strike: fillDisk },
  { kind: 'connections taken', isNoticed: true, strike: takeConnections },
  // Tasks outlive their deadlines meanwhile, and the channel sees signatures and orders of another time.
  { kind: 'clock jumps', strike: jumpClock, excuses: ['TASK_ENDED', 'PAYMENT_CHANNEL_FAILED'] },
];

/** Which fault a seed stands for, so that it can be had again by its seed alone. */
export const faultOf = (seed: number): DatabaseFault => DATABASE_FAULTS[seed % DATABASE_FAULTS.length] as DatabaseFault;

export async function killServer({ stage: { database } }: FaultGround): Promise<number> {
  await database.kill9();
  return restart(database);
}

async function restart(database: FaultGround['stage']['database']): Promise<number> {
  const overAtMs = performance.now();
  await database.restart();
  return overAtMs;
}

export async function stallServer({ stage: { database } }: FaultGround, random: SeededRandom): Promise<number> {
  const { pid } = database;
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(CLIENT_TIMEOUT_MS + 150 + random.below(500));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  return performance.now();
}

/** The server ends itself at a sync that failed, for it cannot know what is on the disk. */
async function breakSyncs({ stage: { database } }: FaultGround, random: SeededRandom): Promise<number> {
  const { pid } = database;
  const strace = await failSyncs(pid, 1 + random.below(4));
  try {
    const untilMs = performance.now() + DYING_MS;
    while (isAlive(pid)) {
      if (performance.now() > untilMs) throw new Error('the server lives on though its syncs fail');
      await sleep(10);
    }
  } finally {
    await strace.stop();
  }
  return restart(database);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Data and binary log have no room: no commit ends until clients give up. A server that has met a full disk looks again a minute later,
 * so it is ended and started again once there is room, as somebody would who cannot wait; its log ends in the middle of an event.
 */
async function fillDisk({ stage: { database }, disk }: FaultGround, random: SeededRandom): Promise<number> {
  if (!disk) throw new Error('the disk is not bounded');
  disk.fill();
  await sleep(CLIENT_TIMEOUT_MS + 50 + random.below(200));
  disk.giveBack();
  if (isAlive(database.pid)) await database.kill9();
  return restart(database);
}

/** Others have all the connections there may be, also those that the functions had. */
async function takeConnections({ stage: { database } }: FaultGround, random: SeededRandom): Promise<number> {
  const others = Array.from({ length: FEWEST_CONNECTIONS + 2 }, () => createConnection(database.connection));
  const taken = await Promise.all(others);
  const [first] = taken as [Connection];
  try {
    await first.query(`SET GLOBAL max_connections = ${FEWEST_CONNECTIONS}`);
    await killAllBut(taken, first);
    await sleep(300 + random.below(400));
    await first.query(`SET GLOBAL max_connections = ${MAX_CONNECTIONS}`);
  } finally {
    for (const connection of taken) connection.destroy();
  }
  return performance.now();
}

async function killAllBut(taken: readonly Connection[], by: Connection): Promise<void> {
  const spared = taken.map(({ threadId }) => threadId);
  const [rows] = await by.query('SELECT id FROM information_schema.processlist WHERE user = ? AND id NOT IN (?)', [
    'root',
    spared,
  ]);
  const kills = (rows as { id: number }[]).map(({ id }) => by.query('KILL ?', [id]));
  await Promise.allSettled(kills); // some have gone by themselves
}

/** Forward over what has a deadline (a session's token, an upload, a day), or a step back as a time service makes it. */
async function jumpClock({ stage: { cloud } }: FaultGround, random: SeededRandom): Promise<number> {
  const forward = [16 * MINUTE_MS, 61 * MINUTE_MS, 25 * 60 * MINUTE_MS];
  const jumps = [random.pick(forward), -random.below(MINUTE_MS / 2), random.pick([...forward, MINUTE_MS])];
  for (const byMs of jumps) {
    cloud.clock.shift(byMs);
    await sleep(100 + random.below(150));
  }
  return performance.now();
}
