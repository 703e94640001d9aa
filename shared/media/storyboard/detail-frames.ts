import { hexOf, INK, WHITE } from '../canvas/colour.ts';
import type { Layer } from '../canvas/compose-scene.ts';
import { type Box, cropRaster, fitWithin, type Raster, scaleRaster } from '../canvas/raster.ts';
import { paintBackdrop } from '../canvas/paint-backdrop.ts';
import type { Point } from './find-details.ts';
import type { Garment } from './garment.ts';
import {
  type Board,
  caption,
  centred,
  FRAME_HEIGHT as H,
  FRAME_WIDTH as W,
  type Frame,
  LYING,
  MAX_ENLARGED,
  SAFE,
} from './frame.ts';

/** The caption's strip under a picture that fills the frame's width. */
const STRIP = 220;
const PICTURE = { width: W, height: H - STRIP };

/** The upper part fills the frame. */
export const topFrame = (board: Board): Promise<Frame> =>
  bleedFrame(board, board.details.top, 0.34, '上部细节', 'UPPER DETAIL');

/** The lower edge fills the frame, with air under it. */
export const hemFrame = (board: Board): Promise<Frame> =>
  bleedFrame(board, board.details.hem, 0.62, '下摆细节', 'HEM DETAIL');

/** `level`: the share of the picture's height at which the point stands. */
async function bleedFrame(board: Board, point: Point, level: number, zh: string, en: string): Promise<Frame> {
  const { garment, tone, face } = board;
  const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.35 }, W, H);
  const crop = await cropAround(garment, point, PICTURE, { share: 0.48, level });
  const strip = `<rect y="${PICTURE.height}" width="${W}" height="${STRIP}" fill="${hexOf(WHITE)}"/>`;
  return { ground, layers: [crop], over: strip + caption(face, zh, en) };
}

const COLUMN = 648;

/** The side fills a column; beside it the whole garment shows where that is. */
export async function sideFrame(board: Board): Promise<Frame> {
  const { garment, details, tone, face } = board;
  const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.4 }, W, H);
  const box = { width: COLUMN, height: H };
  const crop = await cropAround(garment, details.side, box, { share: 0.42, level: 0.55, aside: 0.3 });
  const room = { width: W - COLUMN - 48 - SAFE, height: 460 };
  const size = fitWithin(garment.raster, room, 1);
  const small = await scaleRaster(garment.raster, size.width, size.height);
  const left = COLUMN + 48;
  const seen = seenPart(crop, garment.raster, size.scale);
  const over =
    `<path d="M${left} ${SAFE}h${room.width}" stroke="${hexOf(tone.deep)}" stroke-opacity=".4" stroke-width="2"/>` +
    `<rect x="${left + seen.left}" y="${SAFE + 40 + seen.top}" width="${seen.width}" height="${seen.height}" fill="none" stroke="${hexOf(INK)}" stroke-width="2"/>` +
    caption(face, '侧边细节', 'SIDE DETAIL', undefined, left);
  const whole: Layer = { raster: small, left, top: SAFE + 40 };
  return { ground, layers: [crop, panelLayer(COLUMN), whole], over };
}

/** The part of a crop that lies on the garment's own box, in the small picture's pixels. */
function seenPart({ part }: { part: Box }, { width, height }: Raster, scale: number): Box {
  const [left, top] = [Math.max(0, part.left), Math.max(0, part.top)];
  const [right, bottom] = [Math.min(width, part.left + part.width), Math.min(height, part.top + part.height)];
  return { left: left * scale, top: top * scale, width: (right - left) * scale, height: (bottom - top) * scale };
}

/** A white panel as a picture, so that it covers the crop's shadow and lies under the small garment. */
function panelLayer(from: number): Layer {
  const width = W - from;
  return { raster: { width, height: H, rgba: Buffer.alloc(width * H * 4, 255) }, left: from, top: 0 };
}

const LENS = 800;

/** Cloth under a lens; a ring on the small garment shows where it was taken. */
export async function clothFrame(board: Board): Promise<Frame> {
  const { garment, details, tone, face } = board;
  const { cloth } = details;
  const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.4 }, W, H);
  const diameter = 2 * Math.floor(Math.min(LENS, cloth.reach * 2 * MAX_ENLARGED) / 2);
  const source = Math.max(2, Math.round(Math.min(cloth.reach * 2, diameter)));
  const box = { left: Math.round(cloth.x - source / 2), top: Math.round(cloth.y - source / 2), width: source, height: source };
  const square = await scaleRaster(cropRaster(garment.raster, box), diameter, diameter);
  const centreY = SAFE + LENS / 2;
  const size = fitWithin(garment.raster, { width: 240, height: 240 }, 1);
  const small = await scaleRaster(garment.raster, size.width, size.height);
  const left = W - SAFE - size.width;
  const top = H - SAFE - size.height;
  const ringX = left + cloth.x * size.scale;
  const ringY = top + cloth.y * size.scale;
  const over =
    `<circle cx="${W / 2}" cy="${centreY}" r="${diameter / 2 - 1}" fill="none" stroke="#fff" stroke-width="8"/>` +
    `<circle cx="${ringX}" cy="${ringY}" r="${Math.max(12, (source / 2) * size.scale)}" fill="none" stroke="#fff" stroke-width="4"/>` +
    caption(face, '面料纹理', 'FABRIC');
  return { ground, layers: [centred(cutDisc(square), W / 2, centreY), { raster: small, left, top }], over };
}

/** Everything outside the circle made transparent, its edge softened over a pixel. */
function cutDisc({ width, height, rgba }: Raster): Raster {
  const out = Buffer.from(rgba);
  const radius = width / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const beyond = radius - Math.hypot(x + 0.5 - radius, y + 0.5 - radius);
      const at = (y * width + x) * 4 + 3;
      out[at] = out[at]! * Math.max(0, Math.min(1, beyond));
    }
  }
  return { width, height, rgba: out };
}

/**
 * A window of the box's proportions around a point, `share` of the garment wide but never so small that it is enlarged
 * more than twice. `level`, `aside`: where in the box the point stands. The window may reach beyond the garment, though
 * not by more than is needed.
 */
export async function cropAround(
  { raster, cut }: Garment,
  point: Point,
  box: { width: number; height: number },
  { share, level = 0.5, aside = 0.5 }: { share: number; level?: number; aside?: number },
): Promise<Layer & { part: Box }> {
  const width = Math.round(Math.max(box.width / MAX_ENLARGED, Math.min(raster.width * share, box.width * 1.6)));
  const height = Math.round((width * box.height) / box.width);
  const air = (side: boolean, part: number): number => (side ? 0 : part);
  const between = (value: number, low: number, high: number): number =>
    low > high ? (low + high) / 2 : Math.max(low, Math.min(high, value));
  const left = between(point.x - width * aside, -width * air(cut.left, 0.1), raster.width - width * (1 - air(cut.right, 0.1)));
  const top = between(point.y - height * level, -height * air(cut.top, 0.1), raster.height - height * (1 - air(cut.bottom, 0.2)));
  const crop = cropRaster(raster, { left: Math.round(left), top: Math.round(top), width, height });
  const part = { left: Math.round(left), top: Math.round(top), width, height };
  return { raster: await scaleRaster(crop, box.width, box.height), left: 0, top: 0, shadows: LYING, part };
}
