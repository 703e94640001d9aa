import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMedia } from '../../../scripts/build/build-media.ts';
import { labelledAi } from '../../../shared/media/carry-ai-label.ts';
import type { MediaInput, ProcessorServices } from '../../../shared/media/processor.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { drawSlidePicture } from '../../../shared/media/video/make-video.ts';
import { readMp4 } from '../../../shared/media/video/read-mp4.ts';

const LIMIT_MS = 120_000; // a shared core may be ten times slower than an idle one

let tools: ProcessorServices;

const picture = async (background: string, width: number, height: number): Promise<MediaInput> => ({
  name: 'images',
  bytes: await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer(),
});

const run = (inputs: readonly MediaInput[], params: unknown, timeoutMs = LIMIT_MS) =>
  runProcessor('video-from-images', { inputs, params, limitMs: timeoutMs }, tools);

beforeAll(async () => {
  const mediaFolder = await mkdtemp(join(tmpdir(), 'video-tools-'));
  await buildMedia(mediaFolder, fileURLToPath(new URL('../../..', import.meta.url)));
  tools = {
    mediaFolder,
    cutout: { cutOut: () => Promise.reject(new Error('not asked')), close: async () => {}, pid: undefined },
  };
}, LIMIT_MS);
afterAll(() => rm(tools.mediaFolder, { recursive: true, force: true }));

it('a picture of nearly its ratio is cropped to the film, one that an AI drew never: its words stand at the border', async () => {
  const size = { width: 240, height: 320 };
  const red = await sharp({ create: { width: 250, height: 310, channels: 3, background: '#ff0000' } })
    .extend({ top: 4, bottom: 4, left: 4, right: 4, background: '#0000ff' })
    .png()
    .toBuffer();
  const { bytes } = labelledAi({ contentType: 'image/png', bytes: red, flags: [] });
  const [cropped, whole] = await Promise.all([red, Buffer.from(bytes)].map((one) => drawSlidePicture(one, size)));
  // The blue border's left side, at half the height.
  const blueAt = (rgb: Buffer) =>
    Array.from({ length: 8 }, (_, x) => rgb[(160 * 240 + x) * 3 + 2]! > 200).includes(true);
  expect([blueAt(cropped!), blueAt(whole!)]).toEqual([false, true]);
});

/** Boxes by path, as ISO/IEC 14496-12 nests them. */
function boxesOf(bytes: Buffer, from: number, to: number, path = ''): Map<string, { start: number; end: number }> {
  const found = new Map<string, { start: number; end: number }>();
  for (let at = from; at + 8 <= to; ) {
    const size = bytes.readUInt32BE(at);
    const name = `${path}/${bytes.toString('latin1', at + 4, at + 8)}`;
    expect(size, name).toBeGreaterThanOrEqual(8);
    found.set(name, { start: at + 8, end: at + size });
    if (/(moov|trak|mdia|minf|stbl)$/.test(name))
      for (const [key, box] of boxesOf(bytes, at + 8, at + size, name)) found.set(key, box);
    at += size;
  }
  return found;
}

describe('a video from pictures', { timeout: LIMIT_MS }, () => {
  it('starts with its index, has every frame where the index says, and says that no AI made it', async () => {
    const inputs = [await picture('#b03030', 800, 1000), await picture('#3050b0', 900, 900)];
    const [video, cover] = await run(inputs, { seconds: 6, framesPerSecond: '20', captions: ['新品上市'] });
    expect(video).toMatchObject({ contentType: 'video/mp4', width: 720, height: 960 });
    const mp4 = video!.bytes;
    const boxes = boxesOf(mp4, 0, mp4.length);
    expect(boxes.get('/moov')!.start).toBeLessThan(boxes.get('/mdat')!.start);
    expect(mp4.includes('模板视频 · 非 AI 生成')).toBe(true);
    const stbl = '/moov/trak/mdia/minf/stbl';
    const entry = boxes.get(`${stbl}/stsd`)!.start + 8;
    expect(mp4.toString('latin1', entry + 4, entry + 8)).toBe('avc1');
    expect([mp4.readUInt16BE(entry + 32), mp4.readUInt16BE(entry + 34)]).toEqual([720, 960]);
    const sizes = boxes.get(`${stbl}/stsz`)!.start;
    expect(mp4.readUInt32BE(sizes + 8)).toBe(120);
    const offsets = boxes.get(`${stbl}/stco`)!.start;
    const data = boxes.get('/mdat')!;
    // Twenty pictures a second, and every two seconds one that needs no other: whoever jumps into the film must know which.
    const alone = boxes.get(`${stbl}/stss`)!.start;
    const numbers = Array.from({ length: mp4.readUInt32BE(alone + 4) }, (_, n) => mp4.readUInt32BE(alone + 8 + 4 * n));
    const kinds = readMp4(mp4).pictures.map((units) => units.map((unit) => unit.readUInt8(0) & 31));
    expect(numbers).toEqual([1, 41, 81]);
    expect(kinds.flatMap((types, n) => (types.includes(5) ? [n + 1] : []))).toEqual(numbers);
    for (let i = 0; i < mp4.readUInt32BE(offsets + 4); i++) {
      const at = mp4.readUInt32BE(offsets + 8 + 4 * i);
      expect(at).toBeGreaterThanOrEqual(data.start);
      // Every chunk begins with a length and a slice or parameter set (ITU-T H.264 table 7-1).
      expect(at + 4 + mp4.readUInt32BE(at)).toBeLessThanOrEqual(data.end);
      expect([1, 5, 6, 7, 8]).toContain(mp4[at + 4]! & 31);
    }
    const middle = await sharp(cover!.bytes).extract({ left: 300, top: 300, width: 8, height: 8 }).raw().toBuffer();
    expect([...middle.subarray(0, 3)].map((value, c) => Math.abs(value - [0xb0, 0x30, 0x30][c]!) < 10)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('that takes too long is ended with its process, and that crashes is told', async () => {
    const inputs = [await picture('#b03030', 800, 1000)];
    await expect(run(inputs, {}, 50)).rejects.toMatchObject({ name: 'VideoFailure', message: 'no video within 50 ms' });
    const broken = { ...tools, mediaFolder: await mkdtemp(join(tmpdir(), 'video-broken-')) };
    await cp(tools.mediaFolder, broken.mediaFolder, { recursive: true });
    await writeFile(join(broken.mediaFolder, 'video-child.cjs'), 'throw new Error("planted")');
    const attempt = runProcessor('video-from-images', { inputs, params: {}, limitMs: LIMIT_MS }, broken);
    await expect(attempt).rejects.toThrow(/planted/);
    await rm(broken.mediaFolder, { recursive: true, force: true });
  });
});
