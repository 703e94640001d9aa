/**
 * The plain selector that the cut-out grew out of, as the measure of it: three GrabCuts at 512 pixels (border, centre, person),
 * the best score wins, the mask is enlarged as it is. `plain-selector-process.ts RESOURCES` answers a photo's path with its alpha.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { CUTOUT_RESOURCES } from '../../../shared/media/cutout/cutout-messages.ts';
import { labelParts } from '../../../shared/media/cutout/label-parts.ts';
import { loadOpenCv, type OpenCv } from '../../../shared/media/cutout/open-cv.ts';
import { loadPersonModel, PERSON_SIDE, type PersonModel } from '../../../shared/media/cutout/person-model.ts';
import { describeScene, type Scene } from '../../../shared/media/cutout/scene.ts';
import { scoreMask } from '../../../shared/media/cutout/score-mask.ts';
import { borderSeeds, centreSeeds, personSeeds } from '../../../shared/media/cutout/seeds.ts';
import type { PlainReply, PlainRequest } from './plain-messages.ts';

const SIDE = 512;
const MIN_PART = 0.05;
const BUSY_BITS = 4.75;

async function loadEngines(resources: string): Promise<{ cv: OpenCv; model: PersonModel }> {
  const { cv } = await loadOpenCv(join(resources, CUTOUT_RESOURCES.openCv.file));
  const [script, weights] = [CUTOUT_RESOURCES.litertScript.file, CUTOUT_RESOURCES.personModel.file];
  return { cv, model: await loadPersonModel(join(resources, script), join(resources, weights)) };
}

/** Opened and closed by five pixels; parts that are much smaller than the largest are dropped. */
function tidy(cv: OpenCv, mask: Uint8Array, width: number, height: number): Uint8Array {
  const mat = new cv.Mat(height, width, cv.CV_8UC1);
  const kernel = cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(5, 5));
  mat.data.set(mask);
  for (const operation of [cv.MORPH_OPEN, cv.MORPH_CLOSE]) cv.morphologyEx(mat, mat, operation, kernel);
  const parts = labelParts(cv, Uint8Array.from(mat.data), width, height);
  mat.delete();
  kernel.delete();
  const largest = Math.max(0, ...parts.map((part) => part.length));
  const kept = new Uint8Array(mask.length);
  for (const part of parts) if (part.length > largest * MIN_PART) for (const at of part) kept[at] = 1;
  return kept;
}

function cut(cv: OpenCv, scene: Scene, seeds: Uint8Array, iterations: number): Uint8Array | undefined {
  const garment = seeds.reduce((sum, seed) => sum + (seed & 1), 0);
  if (garment < 50 || seeds.length - garment < 50) return undefined;
  const [mask, ground, front] = [new cv.Mat(scene.height, scene.width, cv.CV_8UC1), new cv.Mat(), new cv.Mat()];
  mask.data.set(seeds);
  cv.setRNGSeed(1);
  const whole = new cv.Rect(0, 0, scene.width, scene.height);
  cv.grabCut(scene.image, mask, whole, ground, front, iterations, cv.GC_INIT_WITH_MASK);
  const on = mask.data.map((label) => label & 1);
  for (const mat of [mask, ground, front]) mat.delete();
  return tidy(cv, on, scene.width, scene.height);
}

async function select({ cv, model }: { cv: OpenCv; model: PersonModel }, photo: Buffer) {
  const upright = sharp(photo).rotate().removeAlpha();
  const small = upright.clone().resize(SIDE, SIDE, { fit: 'inside' }).raw();
  const { data, info } = await small.toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const square = await upright.clone().resize(PERSON_SIDE, PERSON_SIDE, { fit: 'fill' }).raw().toBuffer();
  const probability = await model(square);
  const person = await sharp(Buffer.from(probability.map((value) => Math.max(0, Math.min(255, value * 255)))), {
    raw: { width: PERSON_SIDE, height: PERSON_SIDE, channels: 1 },
  })
    .resize(width, height, { fit: 'fill' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const scene = describeScene(cv, data, width, height);
  const likely = person.filter((value) => value > 127);
  const sureness = likely.reduce((sum, value) => sum + value, 0) / Math.max(1, likely.length);
  const bonus = scene.borderEntropy > BUSY_BITS ? 0.1 * Math.min(1, (sureness - 200) / 40) : 0;
  const tries: [Uint8Array | undefined, number][] = [
    [cut(cv, scene, borderSeeds(scene), 5), 0],
    [cut(cv, scene, centreSeeds(scene), 4), 0],
  ];
  if (likely.length > person.length * 0.05) {
    tries.push([cut(cv, scene, personSeeds(person), 2), bonus * Math.min(1, likely.length / person.length / 0.1)]);
  }
  const scored = tries.flatMap(([mask, extra]) => (mask ? [{ mask, score: scoreMask(scene, mask) + extra }] : []));
  scene.free();
  const best = scored.sort((a, b) => b.score - a.score)[0];
  return { mask: best?.mask ?? new Uint8Array(width * height), width, height };
}

const engines = loadEngines(process.argv[2] ?? '');

async function answer({ photoFile, alphaFile }: PlainRequest): Promise<PlainReply> {
  const loaded = await engines;
  const startMs = performance.now();
  const photo = await readFile(photoFile);
  const { mask, ...small } = await select(loaded, photo);
  const { data: rgb, info } = await sharp(photo).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const alpha = await sharp(Buffer.from(mask.map((on) => on * 255)), { raw: { ...small, channels: 1 } })
    .blur(0.8)
    .resize(info.width, info.height, { fit: 'fill', kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const { width, height } = info;
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
  const tookMs = performance.now() - startMs;
  await writeFile(alphaFile, alpha);
  return { width, height, tookMs, maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024) };
}

process.on('message', (request: PlainRequest) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
// Work comes by the channel alone; without it the process would end while engines load.
process.channel?.ref();
