import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bareTemplate, copyDataFolder, dataTemplate } from './data-template.ts';
import type { DatabaseServer } from './database-server.ts';
import { type DatabaseEngine, findServer } from './find-server.ts';
import { makeRunFolder } from './run-folder.ts';
import { type ServerSettings, servingOptions } from './server-options.ts';
import { startSupervised } from './supervised-server.ts';

export interface PrivateDatabaseRequest extends ServerSettings {
  engine: DatabaseEngine;
  /** Data in memory where there is room for it (default true); false puts it under the temporary folder. */
  tmpfs?: boolean;
  /** Puts the schema into a template, once per `templateKey`; a copy of it is what starts. */
  prepare?: (template: { socketPath: string }) => Promise<void>;
  /** Changes whenever what `prepare` does changes: a hash of the migrations and procedures. */
  templateKey?: string;
}

/** How mysql2 reaches it. The database `app` exists and is empty unless `prepare` filled it. */
export interface DatabaseConnectionOptions {
  socketPath: string;
  user: 'root';
  password: '';
  database: 'app';
}

export interface PrivateDatabase {
  engine: DatabaseEngine;
  socketPath: string;
  connection: DatabaseConnectionOptions;
  /** The server's process; another one after `restart`. */
  readonly pid: number;
  /** Holds the data, the log and the socket; gone after `stop`. */
  runFolder: string;
  dataFolder: string;
  /** Ends the server and removes the run folder. */
  stop(): Promise<void>;
  /** Kills the server as a power cut would end it; the data stays for `restart`. */
  kill9(): Promise<void>;
  /** Starts it again over the same data and socket; a running server is shut down first. */
  restart(): Promise<void>;
}

/**
 * A database server of one's own: own data folder, unix socket, root without a password, durable commits. About 0.15 s
 * from the cached template. It never outlives this process, even one that is killed with signal 9.
 * Throws `DatabaseUnavailable` or `MysqlUnavailable` where no server can be set up.
 */
export async function startPrivateDatabase(request: PrivateDatabaseRequest): Promise<PrivateDatabase> {
  const server = await findServer(request.engine);
  const { runFolder, socketPath } = await makeRunFolder(request.tmpfs ?? true);
  const dataFolder = join(runFolder, 'data');
  try {
    await copyDataFolder(await templateFor(server, request), dataFolder);
    const options = servingOptions(server, runFolder, socketPath, request);
    return await serve(server, request.engine, { runFolder, dataFolder, socketPath, options });
  } catch (error) {
    await rm(runFolder, { recursive: true, force: true });
    throw error;
  }
}

interface Place {
  runFolder: string;
  dataFolder: string;
  socketPath: string;
  options: readonly string[];
}

async function serve(server: DatabaseServer, engine: DatabaseEngine, place: Place): Promise<PrivateDatabase> {
  const start = () => startSupervised(server, place.runFolder, place.socketPath, place.options);
  let running = await start();
  return {
    engine,
    socketPath: place.socketPath,
    connection: { socketPath: place.socketPath, user: 'root', password: '', database: 'app' },
    get pid() {
      return running.pid;
    },
    runFolder: place.runFolder,
    dataFolder: place.dataFolder,
    async stop() {
      await running.kill(); // the data go with it: nothing to flush
      await running.release('remove');
    },
    kill9: () => running.kill(),
    async restart() {
      await running.terminate();
      const next = await start();
      await running.release('keep');
      running = next;
    },
  };
}

/** The bare template, or the one that `prepare` has filled. */
function templateFor(server: DatabaseServer, request: PrivateDatabaseRequest): Promise<string> {
  const { prepare, templateKey } = request;
  if (prepare === undefined) return bareTemplate(server);
  if (templateKey === undefined) {
    throw new TypeError('templateKey: required with prepare, or an old schema would be taken for the new one');
  }
  return dataTemplate(server, templateKey, (template) => fillTemplate(server, template, prepare));
}

/** Runs a server over a copy of the bare template, shuts it down cleanly and leaves its data at `template`. */
async function fillTemplate(
  server: DatabaseServer,
  template: string,
  prepare: NonNullable<PrivateDatabaseRequest['prepare']>,
): Promise<void> {
  const { runFolder, socketPath } = await makeRunFolder(true);
  const dataFolder = join(runFolder, 'data');
  try {
    await copyDataFolder(await bareTemplate(server), dataFolder);
    const options = servingOptions(server, runFolder, socketPath, { flush: 0 });
    const running = await startSupervised(server, runFolder, socketPath, options);
    try {
      await prepare({ socketPath });
      await running.terminate();
      await copyDataFolder(dataFolder, template);
    } finally {
      await running.release('remove');
    }
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}
