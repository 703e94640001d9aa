import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../shared/engines/read-engines.ts';
import type { ModelSetting } from '../../../shared/media/onnx/model-setting.ts';
import { PRESETS } from '../../../shared/media/platforms/presets.ts';
import { imageProcessors } from '../../../shared/tasks/image-processors.ts';
import type { MadeFile } from '../../../shared/tasks/store-files.ts';

const LIMIT_MS = 20_000;
const MARKS = 'box 100,100,900,900';
const NO_ANSWER = 'box 0,0,1000,1000';
const model: ModelSetting = {
  ...{ kind: 'isnet', side: 320, sha256: '0'.repeat(64), modelFile: '/m.onnx', runtimePath: '/ort' },
};
/** In the place of the program that cuts out: fails with what it was started with, and what it was asked for. */
const TELLS = `let end;
process.on('message', ({ id, marks }) => {
  clearTimeout(end);
  end = setTimeout(() => process.exit(), 5000);
  if (marks === '${NO_ANSWER}') return;
  process.send({ id, kind: 'failed', message: JSON.stringify({ args: process.argv.slice(2), marks }) });
});`;

let folder: string;
let photo: Buffer;
let cutout: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'image-processors-'));
  writeFileSync(join(folder, 'cutout-child.cjs'), TELLS);
  const shirt = sharp({ create: { width: 240, height: 240, channels: 4, background: '#a03020' } });
  photo = await shirt.clone().removeAlpha().jpeg().toBuffer();
  cutout = await shirt.extend({ top: 24, bottom: 24, left: 24, right: 24, background: '#0000' }).png().toBuffer();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (
  name: string,
  pictures: readonly Buffer[],
  { processors = imageProcessors(folder), limitMs = LIMIT_MS, ...over }: RunOptions = {},
): Promise<readonly MadeFile[]> => {
  const work = { names: ['photo'], params: {}, unit: 0, engine: 'embedded' as const, ...over };
  return processors[name]!(pictures, limitMs, work);
};
type Processors = ReturnType<typeof imageProcessors>;
interface RunOptions extends Partial<Parameters<Processors[string]>[2]> {
  readonly processors?: Processors;
  readonly limitMs?: number;
}
/** With what the program was started, and for what it was asked. */
const told = (name: string, over: RunOptions = {}): Promise<unknown> =>
  run(name, [photo], over).then(
    () => 'made',
    (error: Error) => (error.name === 'CutoutFailure' ? JSON.parse(error.message) : error),
  );

describe('the program that cuts out', () => {
  it('is the one of the media folder; it has the operator’s model where that is the engine, and only there', async () => {
    const processors = imageProcessors(folder, { model });
    const by = (name: string, engine: LocalEngine) => told(name, { processors, engine });
    const withModel = { args: [folder, JSON.stringify(model)] };
    expect(
      await Promise.all([by('cutout', 'onnx'), by('basic-clean', 'onnx'), by('cutout', 'embedded'), told('cutout')]),
    ).toEqual([withModel, withModel, { args: [folder] }, { args: [folder] }]);
  });

  it('is told what was drawn, which must be marks', async () => {
    const drawn = { params: { marks: MARKS } };
    expect(await Promise.all([told('cutout', drawn), told('basic-clean', drawn)])).toEqual(
      Array(2).fill({ args: [folder], marks: MARKS }),
    );
    expect(await told('basic-clean', { params: { marks: 'circle' } })).toMatchObject({ name: '$ZodError' });
  });

  it('is ended when its time is over', async () => {
    const unanswered = { params: { marks: NO_ANSWER }, limitMs: 100 };
    const ends = await Promise.all(
      ['cutout', 'basic-clean'].map((name) => run(name, [photo], unanswered).catch(({ message }: Error) => message)),
    );
    expect(ends).toEqual(Array(2).fill('the cut-out took over 100 ms'));
  });
});

it('the operator’s model is told to be missing where there is none', async () => {
  const expected = 'the engine onnx has no model here';
  await expect(run('cutout', [photo], { engine: 'onnx' })).rejects.toThrow(expected);
  await expect(run('basic-clean', [photo], { engine: 'onnx' })).rejects.toThrow(expected);
});

it('basic-clean takes a photo', async () => {
  await expect(run('basic-clean', [])).rejects.toThrow('basic-clean takes one photo');
});

describe('a picture', () => {
  it('plays the part that its name says, and that of a photo where it has none', async () => {
    const made = await run('white-background', [cutout], { names: ['cutout'] });
    expect(made.map(({ name }) => name)).toEqual(['white.jpg']);
    const [enhanced] = await run('enhance', [photo], { names: [] });
    expect(enhanced).toMatchObject({ name: 'enhanced.jpg', width: 240, height: 240 });
    await expect(run('white-background', [photo])).rejects.toThrow('photo: this processor takes no such file');
  });

  it('of a shop is drawn by the figures that the task was ordered by', async () => {
    const first = PRESETS.find(({ id }) => id === 'taobao-main')!;
    const asked = { names: ['cutout'], params: { preset: first.id } };
    const presets = [{ ...first, width: 120, height: 90 }];
    expect(await run('resize-preset', [cutout], { ...asked, presets })).toMatchObject([{ width: 120, height: 90 }]);
  });
});
