import { hexOf, INK, WHITE } from '../canvas/colour.ts';
import type { Layer } from '../canvas/compose-scene.ts';
import { paintBackdrop } from '../canvas/paint-backdrop.ts';
import { type Box, fitWithin, type Raster, scaleRaster } from '../canvas/raster.ts';
import { type CropOrder, cropAround } from './crop-around.ts';
import type { Point } from './find-details.ts';
import { type Board, caption, type Frame, FRAME_HEIGHT as H, SAFE, FRAME_WIDTH as W } from './frame.ts';

/** The caption's strip under a picture that fills the frame's width. */
export const STRIP = 220;
const PICTURE = { width: W, height: H - STRIP };

/** The upper part fills the frame. */
export const topFrame = (board: Board): Promise<Frame> =>
  bleedFrame(board, board.details.top, { share: 0.48, level: 0.34 }, ['上部细节', 'UPPER DETAIL']);

/** The lower edge fills the frame, with air under it. */
export const hemFrame = (board: Board): Promise<Frame> =>
  bleedFrame(board, board.details.hem, { share: 0.48, level: 0.62 }, ['下摆细节', 'HEM DETAIL']);

/** The middle: a waist, a pocket, a row of buttons. */
export const middleFrame = (board: Board): Promise<Frame> =>
  bleedFrame(board, board.details.middle, { share: 0.5 }, ['中部细节', 'MIDDLE DETAIL']);

/** A crop that fills the frame; of a small garment, a smaller picture on white. */
async function bleedFrame(board: Board, point: Point, order: CropOrder, [zh, en]: [string, string]): Promise<Frame> {
  const { tone, face } = board;
  const crop = await cropAround(board, point, PICTURE, order);
  const over = caption(face, zh, en);
  if (crop.raster.width === W) {
    const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.35 }, W, H);
    const strip = `<rect y="${PICTURE.height}" width="${W}" height="${STRIP}" fill="${hexOf(WHITE)}"/>`;
    return { ground, layers: [crop], over: strip + over };
  }
  const ground = paintBackdrop({ centre: WHITE, edge: WHITE }, W, H);
  const { width, height } = crop.raster;
  const left = Math.round((W - width) / 2);
  const top = Math.round((PICTURE.height + SAFE - height) / 2);
  const under = `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${hexOf(tone.pale)}"/>`;
  return { ground, under, layers: [{ raster: crop.raster, left, top }], over };
}

const COLUMN = 648;
const GUTTER = 48;

/** The side fills a column; beside it the whole garment shows where that is. */
export async function sideFrame(board: Board): Promise<Frame> {
  const { garment, details, tone, face } = board;
  const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.4 }, W, H);
  const crop = await cropAround(
    board,
    details.side,
    { width: COLUMN, height: H },
    { share: 0.42, level: 0.55, aside: 0.3 },
  );
  const column = { ...crop, left: COLUMN - crop.raster.width, top: Math.round((H - crop.raster.height) / 2) };
  const left = COLUMN + GUTTER;
  const room = { width: W - left - SAFE, height: 460 };
  const size = fitWithin(garment.raster, room, 1);
  const small = await scaleRaster(garment.raster, size.width, size.height);
  const top = SAFE + 40;
  const seen = seenPart(crop.part, garment.raster, size.scale);
  const over =
    `<path d="M${left} ${SAFE}h${room.width}" stroke="${hexOf(tone.deep)}" stroke-opacity=".4" stroke-width="2"/>` +
    `<rect x="${left + seen.left}" y="${top + seen.top}" width="${seen.width}" height="${seen.height}" fill="none" stroke="${hexOf(INK)}" stroke-width="2"/>` +
    caption(face, '侧边细节', 'SIDE DETAIL', INK, left);
  return { ground, layers: [column, whitePanel(COLUMN), { raster: small, left, top }], over };
}

/** The part of a crop that lies on the garment's own box, in the small picture's pixels. */
function seenPart(part: Box, { width, height }: Raster, scale: number): Box {
  const [left, top] = [Math.max(0, part.left), Math.max(0, part.top)];
  const [right, bottom] = [Math.min(width, part.left + part.width), Math.min(height, part.top + part.height)];
  return { left: left * scale, top: top * scale, width: (right - left) * scale, height: (bottom - top) * scale };
}

/** A panel as a picture, so that it covers the crop's shadow and lies under the small garment. */
function whitePanel(from: number): Layer {
  const width = W - from;
  return { raster: { width, height: H, rgba: Buffer.alloc(width * H * 4, 255) }, left: from, top: 0 };
}
