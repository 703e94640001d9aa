import sharp from 'sharp';
import { TEMPLATE_FLAG } from '../ai-label.ts';
import { composeScene } from '../canvas/compose-scene.ts';
import { encodeMarked } from '../canvas/encode-marked.ts';
import type { Pixels } from '../decode-photo.ts';
import { freePictures } from '../free-pictures.ts';
import { openTypeface } from '../lettering/open-typeface.ts';
import { oneInput, type ProcessorOutput, type RunProcessor } from '../processor.ts';
import { labelledAnew } from '../watermark/draw-ai-label.ts';
import { findDetails } from './find-details.ts';
import { type Board, FRAME_HEIGHT, FRAME_WIDTH, type Frame, SAFE } from './frame.ts';
import { FRAME_DESIGNS } from './frame-designs.ts';
import { type Garment, readGarment } from './garment.ts';
import type { StoryboardParams } from './storyboard-params.ts';
import { TEMPLATE_MARK } from './template-mark.ts';
import { toneOf } from './tone-of.ts';

/** No source pixel is larger than this in a finished frame. */
const MAX_ENLARGED = 2;
/** Frames of a small garment: the least that shops ask for. */
const SMALL_WIDTH = 800;

/**
 * Twelve frames (or those of `params.frames`) of 1080 × 1350 (800 × 1000 of a garment with few pixels) from one cut-out, by fixed templates: no model,
 * nothing invented. Flag `low_resolution`: even so the garment could not fill its frames.
 */
export const drawStoryboard: RunProcessor<StoryboardParams> = async ({ inputs, params }, { mediaFolder }) => {
  const garment = await readGarment(oneInput(inputs, 'cutout'), params.wearing);
  const width = scaleToFill(garment) > MAX_ENLARGED / 1.35 ? SMALL_WIDTH : FRAME_WIDTH;
  const maxScale = (MAX_ENLARGED * FRAME_WIDTH) / width;
  const face = await openTypeface(mediaFolder);
  const board: Board = { garment, face, params, maxScale, details: findDetails(garment.raster), tone: toneOf(garment) };
  const flags = [TEMPLATE_FLAG, ...(scaleToFill(garment) > maxScale ? ['low_resolution'] : [])];
  const outputs: ProcessorOutput[] = [];
  for (const { name, draw, foot } of FRAME_DESIGNS) {
    if (params.frames && !params.frames.includes(name)) continue;
    const frame = await drawFrame(await draw(board), width);
    const rgb = await labelledAnew(frame, inputs, mediaFolder, foot === 'taken' ? 'top-left' : undefined);
    const size = { width: frame.width, height: frame.height };
    const bytes = await encodeMarked(rgb, size.width, size.height, TEMPLATE_MARK);
    outputs.push({ name: `${name}.jpg`, contentType: 'image/jpeg', bytes, ...size, flags: [...flags] });
    // It takes 35 ms, with the fonts in the heap.
    if (outputs.length % 2 === 0) freePictures();
  }
  return outputs;
};

async function drawFrame(frame: Frame, width: number): Promise<Pixels> {
  const height = Math.round((width * FRAME_HEIGHT) / FRAME_WIDTH);
  const rgb = await composeScene({ width: FRAME_WIDTH, height: FRAME_HEIGHT, ...frame });
  const raw = { width: FRAME_WIDTH, height: FRAME_HEIGHT, channels: 3 as const };
  if (width === FRAME_WIDTH) return { rgb, width, height };
  return { rgb: await sharp(rgb, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer(), width, height };
}

/** How far the garment would have to be enlarged to fill the safe room. */
function scaleToFill({ raster }: Garment): number {
  const room = { width: FRAME_WIDTH - 2 * SAFE, height: FRAME_HEIGHT - 2 * SAFE };
  return Math.min(room.width / raster.width, room.height / raster.height);
}
