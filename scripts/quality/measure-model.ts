import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCutoutProcess } from '../../shared/media/cutout/cutout-process.ts';
import { decodePhoto } from '../../shared/media/decode-photo.ts';
import type { ModelSetting } from '../../shared/media/onnx/model-setting.ts';
import { alphaOf, type CutoutScore, maskedPhotos, scoreAlpha } from './score-cutouts.ts';
import { withCutout } from './with-cutout.ts';

export interface MeasuredModel {
  readonly scores: readonly CutoutScore[];
  /** Of its process, with the model in it. */
  readonly maxRssMb: number;
}

/** What a step of a card may take; a runtime in wasm takes four times as long as a native one. */
const LIMIT = { timeoutMs: 240_000 };

/** The operator's model on every photo of the folder that has a mask; the first is cut once before, for the model is read then. */
export function measureModel(photos: string, model: ModelSetting): Promise<MeasuredModel> {
  return withCutout(async (_embedded, entry) => {
    const cutout = createCutoutProcess({ entry, model });
    try {
      const scores: CutoutScore[] = [];
      let maxRssMb = 0;
      const [first] = maskedPhotos(photos);
      if (first) await cutout.cutOut(await decodePhoto(await readFile(join(photos, `${first}.jpg`))), LIMIT);
      for (const name of maskedPhotos(photos)) {
        const pixels = await decodePhoto(await readFile(join(photos, `${name}.jpg`)));
        const startMs = performance.now();
        const made = await cutout.cutOut(pixels, LIMIT);
        const seconds = (performance.now() - startMs) / 1000;
        scores.push(await scoreAlpha(photos, name, { ...made, alpha: alphaOf(made.rgba) }, seconds));
        maxRssMb = Math.max(maxRssMb, made.maxRssMb);
      }
      return { scores, maxRssMb };
    } finally {
      await cutout.close();
    }
  });
}

/** Prints what `measureModel` found; the goals are the embedded cut-out's. */
export function printModel({ kind, side }: ModelSetting, { scores, maxRssMb }: MeasuredModel): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`model ${kind}, side ${side}: at most ${maxRssMb} MB resident`);
  for (const { name, iou, boundaryPx, seconds } of scores)
    say(
      `${name.padEnd(26)}  ${iou.toFixed(4)}              ${boundaryPx.toFixed(2)} px                               ${seconds.toFixed(1)}`,
    );
  const mean = scores.reduce((sum, { iou }) => sum + iou, 0) / Math.max(1, scores.length);
  say(`${'mean'.padEnd(26)}  ${mean.toFixed(4)}              of ${scores.length}`);
}
