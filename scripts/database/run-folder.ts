import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `sockaddr_un.sun_path` holds 108 bytes with the closing zero on Linux, 104 on macOS. */
export const socketPathLimitBytes = 103;
const memoryFolder = '/dev/shm';
const memoryNeededBytes = 1024 ** 3; // containers often have 64 MB there

export interface RunFolder {
  runFolder: string;
  /** Inside the run folder, so that one removal clears both. */
  socketPath: string;
}

/** A new folder that only this user can enter, on a path short enough for a socket however long TMPDIR is. */
export async function makeRunFolder(inMemory: boolean): Promise<RunFolder> {
  const parents = [...(inMemory && (await hasMemoryFolder()) ? [memoryFolder] : []), tmpdir(), '/tmp'];
  const parent = parents.find(leavesRoomForSocket);
  if (parent === undefined) throw new Error('no temporary folder with a path short enough for a unix socket');
  const runFolder = await mkdtemp(join(parent, 'yiying-'));
  return { runFolder, socketPath: join(runFolder, 's') };
}

function leavesRoomForSocket(parent: string): boolean {
  return Buffer.byteLength(join(parent, 'yiying-XXXXXX', 's')) <= socketPathLimitBytes;
}

async function hasMemoryFolder(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(memoryFolder);
    return bavail * bsize >= memoryNeededBytes;
  } catch {
    return false;
  }
}
