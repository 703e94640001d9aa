import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import fc from 'fast-check';
import * as encoderModule from 'h264-mp4-encoder';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMedia } from '../../../scripts/build/build-media.ts';
import { checkCard } from '../../../shared/features/check-card.ts';
import { hasAiLabel } from '../../../shared/media/ai-label.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import type { ProcessorName } from '../../../shared/media/processors.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { readBoxes } from '../../../shared/media/video/mp4-boxes.ts';
import { readMp4 } from '../../../shared/media/video/read-mp4.ts';
import { writeAiLabel } from '../../../shared/media/video/write-ai-label.ts';
import { writeFaststart } from '../../../shared/media/video/write-faststart.ts';
import { CATALOGUE } from '../../../shared/tasks/processor-catalogue.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

const FFMPEG = ffmpeg.path;
const LIMIT_MS = 120_000; // a shared core may be ten times slower than an idle one
const RED = [190, 40, 40] as const;
const BLUE = [40, 70, 180] as const;
type Colour = readonly [number, number, number];

let mediaFolder: string;
let red: Buffer;
let blue: Buffer;

/** A clip of one colour, ten frames a second, written by the encoder alone. */
async function clip([r, g, b]: Colour, width = 192, height = 256, frames = 20): Promise<Buffer> {
  const encoder = await encoderModule.createH264MP4Encoder();
  Object.assign(encoder, { width, height, frameRate: 10, speed: 10, quantizationParameter: 20, groupOfPictures: 10 });
  encoder.initialize();
  const frame = new Uint8Array(width * height * 4);
  for (let i = 0; i < frame.length; i += 4) frame.set([r, g, b, 255], i);
  for (let n = 0; n < frames; n++) encoder.addFrameRgba(frame);
  encoder.finalize();
  return Buffer.from(encoder.FS.readFile(encoder.outputFilename));
}

const run = async (
  name: ProcessorName,
  role: string,
  clips: readonly Buffer[],
  params: object,
  ffmpegPath?: string,
) => {
  const inputs = clips.map((bytes) => ({ name: role, bytes }));
  const [output] = await runProcessor(name, { inputs, params }, { ...WITHOUT_CUTOUT, mediaFolder, ffmpegPath });
  return output!;
};
/** The colour at a place of the frame that is shown then. */
async function colourAt(film: Buffer, atSeconds: number, x = 0.5, y = 0.5): Promise<number[]> {
  const cover = await run('transcode', 'video', [film], { to: 'cover', atSeconds });
  const left = Math.round(x * cover.width) - 2;
  const box = { left, top: Math.round(y * cover.height) - 2, width: 4, height: 4 };
  const { data } = await sharp(cover.bytes).extract(box).resize(1, 1).raw().toBuffer({ resolveWithObject: true });
  return [...data];
}
const near = (colour: readonly number[], wanted: Colour): boolean =>
  colour.every((value, c) => Math.abs(value - wanted[c]!) < 14);

beforeAll(async () => {
  mediaFolder = await mkdtemp(join(tmpdir(), 'film-tools-'));
  await buildMedia(mediaFolder, fileURLToPath(new URL('../../..', import.meta.url)));
  [red, blue] = [await clip(RED), await clip(BLUE)];
}, LIMIT_MS);
afterAll(() => rm(mediaFolder, { recursive: true, force: true }));

describe('films of clips', { timeout: LIMIT_MS }, () => {
  it('are merged: the colours stay, the fade lies between, and the mark is in the file', async () => {
    const merged = await run('video-merge', 'videos', [red, blue], { fadeSeconds: 0.5 });
    expect(merged).toMatchObject({ name: 'merged.mp4', contentType: 'video/mp4', width: 192, height: 256 });
    expect(readMp4(merged.bytes).seconds).toBeCloseTo(3.5, 1);
    expect([merged.bytes.includes('模板视频 · 非 AI 生成'), hasAiLabel(merged.bytes), merged.flags]).toEqual([
      true,
      false,
      ['template'],
    ]);
    const [start, middle, end] = [0.5, 1.7, 3].map((at) => colourAt(merged.bytes, at));
    expect([near(await start!, RED), near(await end!, BLUE)]).toEqual([true, true]);
    const mixed = await middle!;
    expect([near(mixed, RED), near(mixed, BLUE)]).toEqual([false, false]);
    const cut = await run('video-merge', 'videos', [red, blue], { transition: 'cut' });
    expect(readMp4(cut.bytes).seconds).toBeCloseTo(4, 1);
  });

  it('that an AI made are labelled in their index, wherever it stands, with every picture in its place; so is what is made of them', async () => {
    const short = await clip(RED, 64, 64, 3);
    const first = writeFaststart(short, '模板视频');
    const order = (mp4: Buffer) =>
      readBoxes(mp4, 0, mp4.length)
        .map(({ type }) => type)
        .filter((type) => /moov|mdat/.test(type));
    expect([order(first), order(short)]).toEqual([
      ['moov', 'mdat'],
      ['mdat', 'moov'],
    ]);
    const unended = Buffer.from(short);
    const index = readBoxes(short, 0, short.length).at(-1)!;
    unended.writeUInt32BE(0, index.start);
    for (const film of [first, short, unended]) {
      const labelled = writeAiLabel(film);
      expect(readMp4(labelled).pictures).toEqual(readMp4(short).pictures);
      const keys = labelled.indexOf('mdtaAIGC');
      const data = labelled.indexOf('data', keys) + 12;
      const { size, start } = readBoxes(labelled, 0, labelled.length).find((box) => box.type === 'moov')!;
      expect([keys > start, data < start + size]).toEqual([true, true]);
      const label = JSON.parse(labelled.toString('utf8', data, start + size)) as Record<string, string>;
      expect(label).toMatchObject({ Label: '1', ContentProducer: 'yiying', ReservedCode2: '' });
      expect(label['ProduceID']).toBe(label['PropagateID']);
      expect(writeAiLabel(labelled)).toBe(labelled);
    }
    // One that has other metadata already.
    const other = Buffer.from(
      writeAiLabel(short).toString('latin1').replaceAll('ReservedCode', 'AnotherField'),
      'latin1',
    );
    expect(writeAiLabel(other).subarray(0, other.length).equals(other)).toBe(true);
    expect(writeAiLabel(other).includes('TC260:AIGC=')).toBe(true);
    expect(readMp4(writeAiLabel(other)).pictures).toEqual(readMp4(short).pictures);
    const ofAi = await run('transcode', 'video', [writeAiLabel(short)], { to: '480p' });
    expect([ofAi.flags, hasAiLabel(ofAi.bytes), ofAi.bytes.includes('非 AI 生成')]).toEqual([['ai'], true, false]);
    expect((await run('transcode', 'video', [writeAiLabel(short)], { to: 'cover' })).flags).toEqual(['ai']);
  });

  it('of other sizes stand whole in the middle of the first', async () => {
    const merged = await run('video-merge', 'videos', [red, await clip(BLUE, 128, 64)], { transition: 'cut' });
    const at = (x: number, y: number) => colourAt(merged.bytes, 3, x, y);
    expect([near(await at(0.5, 0.5), BLUE), near(await at(0.5, 0.1), [0, 0, 0])]).toEqual([true, true]);
  });

  it('carry a line of Chinese in its own part of the time, clear of the foot', async () => {
    const { bytes, name } = await run('subtitle', 'video', [red], { text: '春夏新款\n\n七天退换' });
    expect(name).toBe('subtitled.mp4');
    const plate = await colourAt(bytes, 0.3, 0.36, 0.88);
    expect(near(plate, RED)).toBe(false);
    expect(near(await colourAt(bytes, 0.3, 0.5, 0.97), RED)).toBe(true);
    expect(near(await colourAt(bytes, 1, 0.36, 0.88), RED)).toBe(true);
    await expect(run('subtitle', 'video', [red], { text: '新'.repeat(120) })).rejects.toMatchObject({
      code: 'TEXT_NOT_DRAWABLE',
    });
  });

  it('get smaller, never larger, and shorter for a preview', async () => {
    const large = await clip(RED, 600, 500, 32);
    const [smaller, preview, same] = [
      await run('transcode', 'video', [large], { to: '480p' }),
      await run('transcode', 'video', [large], { to: 'preview' }),
      await run('transcode', 'video', [red], { to: '720p' }),
    ];
    expect([smaller.width, smaller.height, same.width, same.height]).toEqual([576, 480, 192, 256]);
    expect(readMp4(smaller.bytes).seconds).toBeCloseTo(3.2, 1);
    expect(readMp4(preview.bytes).seconds).toBeCloseTo(3, 1);
    expect(near(await colourAt(smaller.bytes, 2), RED)).toBe(true);
  });

  it('of a profile that is not embedded are refused, as is what is no film', async () => {
    const high = Buffer.from(red);
    high[high.indexOf('avcC') + 5] = 100;
    for (const [bytes, code] of [
      [high, 'INPUT_CORRUPT'],
      [Buffer.alloc(0), 'INPUT_EMPTY'],
      [Buffer.from('ftyp'), 'INPUT_CORRUPT'],
      [red.subarray(0, red.length / 2), 'INPUT_CORRUPT'],
    ] as const) {
      await expect(run('transcode', 'video', [bytes], {})).rejects.toMatchObject({ code });
    }
  });

  it('are our failure when the ffmpeg that the operator names fails', async () => {
    const failing = run('transcode', 'video', [red], {}, '/bin/false');
    await expect(failing).rejects.toMatchObject({ name: 'VideoFailure' });
  });

  it('are coded by the ffmpeg that the operator names, and decoded by it where the embedded decoder cannot', async () => {
    const coded = await run('video-merge', 'videos', [red, blue], {}, FFMPEG);
    expect(readMp4(coded.bytes)).toMatchObject({ width: 192, height: 256, profile: 100 });
    await expect(run('transcode', 'video', [coded.bytes], { to: '480p' })).rejects.toThrow(/needs FFMPEG_PATH/);
    const cover = await run('transcode', 'video', [coded.bytes], { to: 'cover', atSeconds: 0.5 }, FFMPEG);
    const { data } = await sharp(cover.bytes).resize(1, 1).raw().toBuffer({ resolveWithObject: true });
    expect(near([...data], RED)).toBe(true);
  });
});

it('damaged bytes are read as a film or refused, nothing else', () => {
  const damage = fc.array(fc.tuple(fc.nat(red.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(damage, fc.option(fc.nat(red.length)), (bytes, end) => {
      const broken = Buffer.from(red.subarray(0, end ?? red.length));
      for (const [at, value] of bytes) if (at < broken.length) broken[at] = value;
      try {
        readMp4(broken);
      } catch (error) {
        if (!(error instanceof MediaRefusal)) throw error;
      }
    }),
    { numRuns: 400, seed: 7 },
  );
});

it('a card can put frames, a film, subtitles and a smaller copy one after another', () => {
  const step = (name: string, processor: string, inputs: object[], params: object = {}) => ({
    ...{ name, nameZh: '步骤', nameEn: name, processor, inputs, params, units: 1 },
    ...{ timeLimitSeconds: 200, attempts: 2, engines: ['embedded'] },
  });
  const card = (text: object) => ({
    ...{ id: 'film', nameZh: '影片', nameEn: 'Film', category: 'video', descriptionZh: '影片', descriptionEn: 'Film' },
    ...{ credits: 5, access: 'basic', enabled: true, position: 9 },
    form: [
      { type: 'images', name: 'photos', labelZh: '照片', labelEn: 'Photos', required: true, min: 1, max: 6 },
      { type: 'textarea', name: 'text', labelZh: '字幕', labelEn: 'Text', required: true, minLength: 1, maxLength: 80 },
    ],
    pipeline: [
      step('first', 'video-from-images', [{ form: 'photos', as: 'images' }]),
      step('second', 'video-from-images', [{ form: 'photos', as: 'images' }]),
      step('both', 'video-merge', [
        { step: 'first', output: 'video.mp4', as: 'videos' },
        { step: 'second', output: 'video.mp4', as: 'videos' },
      ]),
      step('titled', 'subtitle', [{ step: 'both', as: 'video' }], { text }),
      step('small', 'transcode', [{ step: 'titled', as: 'video' }], { to: { value: '480p' } }),
    ],
    outputs: [{ step: 'small', name: '*', contentType: 'video/mp4' }],
  });
  expect(checkCard(card({ form: 'text' }), CATALOGUE)).toHaveProperty('card');
  expect(checkCard(card({ value: '👗' }), CATALOGUE)).toHaveProperty('problems');
});
