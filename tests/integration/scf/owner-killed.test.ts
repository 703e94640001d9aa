import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from './scf-stage.ts';

let fixtures: Awaited<ReturnType<typeof buildFixtures>>;
beforeAll(async () => {
  fixtures = await buildFixtures();
});
afterAll(() => fixtures.remove());

const stateOf = (pid: number): string => {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
  } catch {
    return 'gone';
  }
};

describe('an owner that is killed', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('by %s leaves no instance behind, not even a frozen one', async (signal) => {
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const owner = spawn(
      process.execPath,
      ['--import', loader, fileURLToPath(new URL('owner.ts', import.meta.url)), fixtures.distFolder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [line] = (await once(owner.stdout, 'data')) as [Buffer];
      const pids = JSON.parse(line.toString()) as number[];
      // T: stopped by a signal.
      await expect.poll(() => pids.map(stateOf)).toEqual(['T', 'T']);
      owner.kill(signal);
      await once(owner, 'exit');
      await expect.poll(() => pids.map(stateOf).every((state) => /gone|Z|X/.test(state))).toBe(true);
    } finally {
      owner.kill('SIGKILL');
    }
  });
});
