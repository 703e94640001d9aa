import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const owner = fileURLToPath(new URL('fixtures/owner-process.ts', import.meta.url));
const goneWithinMs = 5000;

interface Owner {
  process: ChildProcess;
  pid: number;
  runFolder: string;
}

async function startOwner(): Promise<Owner> {
  const child = spawn(process.execPath, ['--import', 'tsx', owner], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { process: child, ...(JSON.parse(line) as { pid: number; runFolder: string }) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a database whose owner is gone', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('is gone too, with its folder, after %s', async (signal) => {
    const started = await startOwner();
    expect({ server: isRunning(started.pid), folder: existsSync(started.runFolder) }).toEqual({
      server: true,
      folder: true,
    });
    started.process.kill(signal);
    await once(started.process, 'close');
    const deadline = performance.now() + goneWithinMs;
    const left = () => ({ server: isRunning(started.pid), folder: existsSync(started.runFolder) });
    while ((left().server || left().folder) && performance.now() < deadline) await sleep(20);
    expect(left()).toEqual({ server: false, folder: false });
  });
});
