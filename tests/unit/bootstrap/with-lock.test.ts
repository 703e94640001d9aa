import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../../scripts/bootstrap/with-lock.mjs';

describe('withLock', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yiying-lock-'));
    file = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lets one in at a time, tells the others that they wait, and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    let waiting = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside -= 1;
    };
    await Promise.all([1, 2, 3, 4].map(() => withLock(file, work, () => waiting++)));
    expect({ most, waiting, left: existsSync(file) }).toEqual({ most: 1, waiting: 3, left: false });
  });

  it('is released when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    await expect(withLock(file, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('takes over from an owner that is gone', async () => {
    await writeFile(file, String(2 ** 22 + 1)); // above the largest process id of Linux
    await expect(withLock(file, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('takes over an empty lock only when it is old: its owner may be about to write', async () => {
    await writeFile(file, '');
    let entered = false;
    const pending = withLock(file, async () => {
      entered = true;
    });
    await sleep(120);
    expect(entered).toBe(false);
    await utimes(file, new Date(0), new Date(0));
    await pending;
    expect(entered).toBe(true);
  });
});
