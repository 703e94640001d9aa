import type { Connection } from 'mysql2/promise';
import type { Clock } from '../clock.ts';

/** A connection and what is known about it. */
export interface Slot {
  readonly connection: Connection;
  lastUsedMs: number;
  broken: boolean;
}

export interface ConnectionSlots {
  /** A connection that is believed to be alive, and this caller's alone until it is given back. */
  readonly take: () => Promise<Slot>;
  readonly giveBack: (slot: Slot) => void;
  readonly close: () => Promise<void>;
}

/** Idle for longer than this, and the instance may have been frozen meanwhile: ask before use. One round trip. */
const TRUSTED_IDLE_MS = 5000;
const PING_TIMEOUT_MS = 2000;

/**
 * At most `limit` connections, opened when first needed. Not mysql2's pool: that one hands out a connection that died in
 * a freeze, tidies up by timers that do not run while an instance is frozen, and has no step between connecting and use.
 */
export function connectionSlots(open: () => Promise<Connection>, limit: number, clock: Clock): ConnectionSlots {
  const idle: Slot[] = [];
  const waiting: ((slot: Slot | null) => void)[] = [];
  let opened = 0;

  const drop = (slot: Slot): void => {
    opened--;
    slot.broken = true;
    hangUp(slot.connection);
  };

  const openSlot = async (): Promise<Slot> => {
    opened++;
    try {
      const slot: Slot = { connection: await open(), lastUsedMs: clock(), broken: false };
      slot.connection.on('error', () => {
        slot.broken = true;
      });
      slot.connection.on('end', () => {
        slot.broken = true;
      });
      return slot;
    } catch (error) {
      opened--;
      waiting.shift()?.(null);
      throw error;
    }
  };

  const take = async (): Promise<Slot> => {
    for (let slot = idle.pop(); slot !== undefined; slot = idle.pop()) {
      if (await isAlive(slot, clock)) return slot;
      drop(slot);
    }
    if (opened < limit) return openSlot();
    const given = await new Promise<Slot | null>((resolve) => waiting.push(resolve));
    // Null: a place became free, but nothing to take over with it.
    return given ?? take();
  };

  const giveBack = (slot: Slot): void => {
    slot.lastUsedMs = clock();
    if (slot.broken) {
      drop(slot);
      waiting.shift()?.(null);
      return;
    }
    const next = waiting.shift();
    if (next === undefined) idle.push(slot);
    else next(slot);
  };

  const close = async (): Promise<void> => {
    const closing = idle.splice(0).map(async (slot) => {
      opened--;
      await slot.connection.end().catch(() => slot.connection.destroy());
    });
    await Promise.all(closing);
  };

  return { take, giveBack, close };
}

/**
 * Now, not at the next turn of the event loop, as mysql2's own `destroy` does it (`stream.end()`): an instance that is frozen
 * after its reply has none, and the server would keep the connection with its open transaction until the next event.
 */
function hangUp(connection: Connection): void {
  connection.destroy();
  // Not in mysql2's types; the promise's connection holds the bare one, and that the socket.
  const { stream } = (connection as unknown as { connection: { stream: { destroy: () => void } } }).connection;
  stream.destroy();
}

async function isAlive(slot: Slot, clock: Clock): Promise<boolean> {
  if (slot.broken) return false;
  const idleMs = clock() - slot.lastUsedMs;
  if (idleMs >= 0 && idleMs < TRUSTED_IDLE_MS) return true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS);
  });
  try {
    return await Promise.race([slot.connection.ping().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
