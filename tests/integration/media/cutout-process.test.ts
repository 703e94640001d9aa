import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withCutout } from '../../../scripts/quality/with-cutout.ts';
import {
  type CutoutPixels,
  type CutoutProcess,
  createCutoutProcess,
} from '../../../shared/media/cutout/cutout-process.ts';
import { decodePhoto, type Pixels } from '../../../shared/media/decode-photo.ts';
import { drawShirt, emptyGround } from './drawn-photo.ts';

const LIMIT_MS = 90_000; // a shared core may be ten times slower than an idle one

let cutout: CutoutProcess;
let whole: CutoutPixels;
let entry: string;
let large: Pixels;
let pixels: Pixels;
let inside: Uint8Array;
let release: () => void;
let built: Promise<void>;

beforeAll(async () => {
  const shirt = await drawShirt(600, 800);
  large = await decodePhoto(shirt.jpeg);
  pixels = await decodePhoto((await drawShirt(150, 200)).jpeg);
  inside = shirt.inside;
  await new Promise<void>((ready) => {
    built = withCutout(async (process, program) => {
      cutout = process;
      entry = program;
      ready();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
  });
  whole = await cutout.cutOut(large);
}, LIMIT_MS);
afterAll(async () => {
  release();
  await built;
});

const ends = async (pid: number): Promise<boolean> => {
  for (let i = 0; i < 200; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
};

describe('the cut-out', { timeout: LIMIT_MS }, () => {
  it('finds the garment to within a hundredth, with a soft outline', () => {
    const { rgba, width, height } = whole;
    expect([width, height]).toEqual([600, 800]);
    let both = 0;
    let either = 0;
    let soft = 0;
    for (let i = 0; i < inside.length; i++) {
      const alpha = rgba[i * 4 + 3]!;
      both += alpha > 127 && inside[i] ? 1 : 0;
      either += alpha > 127 || inside[i] ? 1 : 0;
      soft += alpha > 20 && alpha < 235 ? 1 : 0;
    }
    expect(both / either).toBeGreaterThan(0.99);
    expect(soft).toBeGreaterThan(500);
    expect(soft).toBeLessThan(12_000);
  });

  it('leaves no old ground in the colours of the outline', () => {
    const { rgba } = whole;
    let worst = 0;
    let seen = 0;
    for (let i = 0; i < inside.length; i++) {
      const alpha = rgba[i * 4 + 3]!;
      if (alpha < 40 || alpha > 215) continue;
      seen++;
      // The garment is blue, the ground is warm: mixed pixels would be redder than the garment ever is.
      worst += rgba[i * 4]! - rgba[i * 4 + 2]! > -20 ? 1 : 0;
    }
    expect(seen).toBeGreaterThan(500);
    expect(worst / seen).toBeLessThan(0.02);
  });

  it('stays warm: the second photo is cut by the same process, to the same bytes', async () => {
    const first = await cutout.cutOut(pixels);
    const pid = cutout.pid;
    const second = await cutout.cutOut(pixels);
    expect(cutout.pid).toBe(pid);
    expect(second.rgba.equals(first.rgba)).toBe(true);
  });

  it('says when there is no garment', async () => {
    await expect(cutout.cutOut(emptyGround(300))).rejects.toMatchObject({
      name: 'MediaRefusal',
      code: 'GARMENT_NOT_FOUND',
    });
  });
});

describe('the process', { timeout: LIMIT_MS }, () => {
  it('is killed when it takes too long, and the next call starts another', async () => {
    await cutout.cutOut(pixels);
    const pid = cutout.pid!;
    await expect(cutout.cutOut(pixels, { timeoutMs: 5 })).rejects.toMatchObject({
      name: 'CutoutFailure',
      reason: 'timeout',
    });
    expect(await ends(pid)).toBe(true);
    expect((await cutout.cutOut(pixels)).width).toBe(150);
    expect(cutout.pid).not.toBe(pid);
  });

  it('that dies in mid-cut is a typed failure, and the next call starts another', async () => {
    await cutout.cutOut(pixels);
    const call = cutout.cutOut(pixels);
    const failed = expect(call).rejects.toMatchObject({ name: 'CutoutFailure', reason: 'crashed' });
    setTimeout(() => process.kill(cutout.pid!, 'SIGKILL'), 60);
    await failed;
    expect((await cutout.cutOut(pixels)).width).toBe(150);
  });

  it('that cannot start is a typed failure with its last words', async () => {
    const broken = createCutoutProcess({ entry, resourcesFolder: tmpdir() });
    await expect(broken.cutOut(pixels)).rejects.toMatchObject({
      reason: 'crashed',
      message: expect.stringContaining('opencv.js'),
    });
    await broken.close();
  });

  it('serves calls that come at once in turn', async () => {
    const results = await Promise.allSettled([
      cutout.cutOut(pixels),
      cutout.cutOut(emptyGround(200)),
      cutout.cutOut(pixels),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('ends with close, leaving no files, and refuses further calls', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mine-'));
    vi.stubEnv('TMPDIR', folder); // others cut photos at the same time
    const mine = createCutoutProcess({ entry });
    try {
      await mine.cutOut(pixels);
      const pid = mine.pid!;
      await mine.close();
      expect(await ends(pid)).toBe(true);
      await expect(mine.cutOut(pixels)).rejects.toMatchObject({ reason: 'closed' });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      await mine.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('ends with its parent, however that ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parent-'));
    try {
      const parentFile = join(folder, 'parent.cjs');
      writeFileSync(
        parentFile,
        `const { fork } = require('node:child_process');
         const child = fork(${JSON.stringify(entry)}, [${JSON.stringify(dirname(entry))}], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
         process.send(child.pid); setInterval(() => {}, 1000);`,
      );
      const parent = fork(parentFile, [], { execArgv: [] });
      const [pid] = (await once(parent, 'message')) as [number];
      expect(process.kill(pid, 0)).toBe(true);
      parent.kill('SIGKILL');
      expect(await ends(pid)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
