import { composeScene } from '../canvas/compose-scene.ts';
import { encodeMarked } from '../canvas/encode-marked.ts';
import { openTypeface } from '../lettering/open-typeface.ts';
import { MediaRefusal } from '../media-refusal.ts';
import type { ProcessorOutput, RunProcessor } from '../processor.ts';
import { findDetails } from './find-details.ts';
import { type Board, FRAME_HEIGHT, FRAME_WIDTH, MAX_ENLARGED, SAFE } from './frame.ts';
import { FRAME_DESIGNS } from './frame-designs.ts';
import { type Garment, readGarment } from './garment.ts';
import type { StoryboardParams } from './storyboard-params.ts';
import { TEMPLATE_MARK } from './template-mark.ts';
import { toneOf } from './tone-of.ts';

/**
 * Twelve frames of 1080 × 1350 from one cut-out, by fixed templates: no model, nothing invented. Flags: `low_resolution`
 * when the garment had to be shown smaller than the frame allows, because it is never enlarged more than twice.
 */
export const drawStoryboard: RunProcessor<StoryboardParams> = async ({ inputs, params }, { mediaFolder }) => {
  const cutout = inputs.find(({ name }) => name === 'cutout');
  if (!cutout) throw new MediaRefusal('INPUT_EMPTY', 'cutout: missing');
  const garment = await readGarment(cutout.bytes, params.wearing);
  const face = await openTypeface(mediaFolder);
  const board: Board = { garment, face, params, details: findDetails(garment.raster), tone: toneOf(garment) };
  const flags = isSmall(garment) ? ['low_resolution'] : [];
  const outputs: ProcessorOutput[] = [];
  for (const { name, draw } of FRAME_DESIGNS) {
    const rgb = await composeScene({ width: FRAME_WIDTH, height: FRAME_HEIGHT, ...(await draw(board)) });
    const bytes = await encodeMarked(rgb, FRAME_WIDTH, FRAME_HEIGHT, TEMPLATE_MARK);
    outputs.push({ name: `${name}.jpg`, contentType: 'image/jpeg', bytes, width: FRAME_WIDTH, height: FRAME_HEIGHT, flags });
  }
  return outputs;
};

function isSmall({ raster }: Garment): boolean {
  const room = { width: FRAME_WIDTH - 2 * SAFE, height: FRAME_HEIGHT - 2 * SAFE };
  return Math.min(room.width / raster.width, room.height / raster.height) > MAX_ENLARGED;
}
