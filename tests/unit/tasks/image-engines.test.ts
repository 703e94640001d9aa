import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { LocalEngine } from '../../../shared/engines/read-engines.ts';
import { IMAGE_CONFIG, openImageEngines } from '../../../shared/tasks/image-engines.ts';
import { greyClip } from '../../fixtures/grey-clip.ts';

/** In the place of the program that makes films: fails with the ffmpeg that it was told. */
const FILMS = `process.on('message', ({ ffmpegPath }) => {
  process.stderr.write(JSON.stringify({ ffmpegPath }), () => process.exit(3));
});`;
/** In the place of the program that cuts out: fails with the model that it was started with. */
const CUTS = `process.on('message', ({ id }) => {
  process.send({ id, kind: 'failed', message: String(process.argv[3]) }, () => process.exit());
});`;

let folder: string;
let clip: Buffer;
let photo: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'image-engines-'));
  writeFileSync(join(folder, 'film-child.cjs'), FILMS);
  writeFileSync(join(folder, 'cutout-child.cjs'), CUTS);
  clip = await greyClip();
  photo = await sharp({ create: { width: 240, height: 240, channels: 3, background: '#a03020' } })
    .jpeg()
    .toBuffer();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schema = z.object(IMAGE_CONFIG);
const opened = (config: Partial<z.output<typeof schema>>) => openImageEngines({ MEDIA_RESOURCES: folder, ...config });
/** What the program said that was asked: a failure's last words. */
const saidBy = (
  { processors }: ReturnType<typeof opened>,
  name: string,
  { engine = 'embedded' }: { engine?: LocalEngine } = {},
) => {
  const [bytes, part, params] = name === 'transcode' ? [clip, 'video', { to: 'preview' }] : [photo, 'photo', {}];
  const work = { names: [part], params, unit: 0, engine };
  return processors[name]!([bytes], 20_000, work).then(
    () => 'made',
    ({ message }: Error) => message,
  );
};

it('an operator’s ffmpeg makes the films where there is one', async () => {
  const said = await Promise.all(['/opt/ffmpeg', ''].map((path) => saidBy(opened({ FFMPEG_PATH: path }), 'transcode')));
  const told = (by: object) => `the encoder ended with 3: ${JSON.stringify(by)}`;
  expect(said).toEqual([told({ ffmpegPath: '/opt/ffmpeg' }), told({})]);
});

it('an operator’s model is what the engine onnx cuts out with', async () => {
  const sha256 = 'a1'.repeat(32);
  const engines = opened({
    ...{ AI_ENGINES: 'onnx,tencent-ci:2', CUTOUT_MODEL: `u2net:320:${sha256}` },
    ...{ CUTOUT_MODEL_PATH: '/m.onnx', CUTOUT_RUNTIME_PATH: '/ort' },
  });
  expect([...(engines.configured ?? [])]).toEqual(['onnx', 'tencent-ci']);
  const model = { kind: 'u2net', side: 320, sha256, modelFile: '/m.onnx', runtimePath: '/ort' };
  expect(JSON.parse(await saidBy(engines, 'cutout', { engine: 'onnx' }))).toEqual(model);
  expect(await saidBy(engines, 'cutout')).toBe('undefined');
  expect([...(opened({}).configured ?? ['none'])]).toEqual([]);
});

it('a model of which only a part is configured is told at once', () => {
  expect(() => opened({ AI_ENGINES: 'onnx', CUTOUT_MODEL_PATH: '/m.onnx' })).toThrow(
    'configuration: the engine onnx needs CUTOUT_MODEL, CUTOUT_RUNTIME_PATH',
  );
  expect(() => opened({ CUTOUT_MODEL_PATH: '/m.onnx' })).toThrow('configuration: the engine onnx needs');
});

it.each([
  [{ MEDIA_RESOURCES: '/opt' }, true],
  [{ MEDIA_RESOURCES: '' }, false],
  [{}, false],
  [{ MEDIA_RESOURCES: '/opt', FFMPEG_PATH: '' }, true],
  [{ MEDIA_RESOURCES: '/opt', FFMPEG_PATH: '/opt/ffmpeg' }, true],
  [{ MEDIA_RESOURCES: '/opt', FFMPEG_PATH: 'ffmpeg' }, false],
  [{ MEDIA_RESOURCES: '/opt', FFMPEG_PATH: 'opt/ffmpeg' }, false],
  [{ MEDIA_RESOURCES: '/opt', FFMPEG_PATH: '/' }, false],
  [{ MEDIA_RESOURCES: '/opt', AI_ENGINES: 'tencent-ci:2' }, true],
  [{ MEDIA_RESOURCES: '/opt', AI_ENGINES: 'other' }, false],
  [{ MEDIA_RESOURCES: '/opt', CUTOUT_MODEL: 'other' }, false],
] as const)('the configuration %j is one: %s', (config, isOne) => {
  expect(z.safeParse(schema, config).success).toBe(isOne);
});
