import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { unpackPackages } from '../database/apt-packages.ts';
import { cacheFolder } from '../database/cache-folder.ts';
import { programOnPath } from '../database/find-server.ts';

const SUPERVISOR = fileURLToPath(new URL('../database/supervise.sh', import.meta.url));

export interface RedisServer {
  readonly socketPath: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/**
 * A Redis of the bench's own whose every write is on the disk before it is answered (`appendfsync always`), as the
 * database's are. From the machine, or unpacked from Debian's packages. @throws when neither can be had
 */
export async function startRedis(say: (line: string) => void): Promise<RedisServer> {
  const { program, libraries } = await findRedis(say);
  const folder = await mkdtemp(join(tmpdir(), 'yiying-redis-'));
  const socketPath = join(folder, 's');
  const options = ['--port', '0', '--unixsocket', socketPath, '--dir', folder, '--save', ''];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
  const env = { ...process.env, ...(libraries !== '' && { LD_LIBRARY_PATH: libraries }) };
  // Supervised like a database: it never outlives this process, however that one ends, and neither does its folder.
  const child = spawn('/bin/sh', [SUPERVISOR, folder, program, ...options, ...durable], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
  });
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    await ended;
  };
  try {
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.stdout.once('data', (chunk: Buffer) => resolve(Number(/^pid (\d+)/.exec(chunk.toString())?.[1])));
    });
    await answering(socketPath);
    return { socketPath, pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function findRedis(say: (line: string) => void): Promise<{ program: string; libraries: string }> {
  const installed = programOnPath(['redis-server']);
  if (installed !== undefined) return { program: installed, libraries: '' };
  const folder = join(cacheFolder(), 'redis');
  const root = await unpackPackages({ folder, packages: [['redis-server', 'redis-tools']], onProgress: say });
  // The server is a link to an absolute path of the installed system; the program itself plays it by its name.
  const program = ['redis-server', 'redis-check-rdb']
    .map((name) => join(root, 'usr/bin', name))
    .find((path) => existsSync(path));
  if (program === undefined) throw new Error(`no redis-server among the unpacked packages in ${root}`);
  const libraries = ['usr/lib', 'lib']
    .map((name) => join(root, name))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(path, name)),
    );
  return { program, libraries: libraries.join(':') };
}

async function answering(socketPath: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(socketPath);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (answers) return;
    await sleep(25);
  }
  throw new Error('redis-server did not answer within 5 s');
}
