import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';

/** What stands between the functions and their database, and can be shut: to them it is then as if the server had stopped. */
export interface DatabaseGate {
  /** The database as it is reached through the gate. */
  readonly secret: DatabaseSecret;
  /** Shut: what is under way breaks off, and nobody gets in. */
  readonly setShut: (shut: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function openDatabaseGate(database: DatabaseSecret, folder: string): Promise<DatabaseGate> {
  const target: NetConnectOpts =
    'socketPath' in database ? { path: database.socketPath } : { host: database.host, port: database.port };
  const sockets = new Set<Socket>();
  let isShut = false;
  const breakOff = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (isShut) return void client.destroy();
    const upstream = connect(target);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const socketPath = join(folder, 'database.sock');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  const { user, password, database: name } = database;
  return {
    secret: { socketPath, user, password, database: name },
    setShut: (shut) => {
      isShut = shut;
      if (shut) breakOff();
    },
    close: () =>
      new Promise((resolve) => {
        breakOff();
        server.close(() => resolve());
      }),
  };
}
