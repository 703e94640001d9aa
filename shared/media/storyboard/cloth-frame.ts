import type { Layer } from '../canvas/compose-scene.ts';
import { paintBackdrop } from '../canvas/paint-backdrop.ts';
import { cropRaster, fitWithin, type Raster, scaleRaster } from '../canvas/raster.ts';
import { STRIP } from './detail-frames.ts';
import {
  type Board,
  caption,
  centred,
  type Frame,
  FRAME_HEIGHT as H,
  LYING,
  placeGarment,
  SAFE,
  FRAME_WIDTH as W,
} from './frame.ts';

const LENS = 800;
/** A smaller lens alone would leave the frame empty: it is laid over the garment instead. */
const ALONE = 620;

interface Lens {
  readonly disc: Raster;
  /** In the garment's pixels. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Cloth under a lens; a ring on the garment shows where it was taken. */
export async function clothFrame(board: Board): Promise<Frame> {
  const { tone, face } = board;
  const lens = await cutLens(board);
  const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.4 }, W, H);
  const drawn = lens.disc.width >= ALONE ? await lensAlone(board, lens) : await lensOverGarment(board, lens);
  return { ground, layers: drawn.layers, over: drawn.rings + caption(face, '面料纹理', 'FABRIC') };
}

async function cutLens({ garment, details: { cloth }, maxScale }: Board): Promise<Lens> {
  const diameter = 2 * Math.floor(Math.min(LENS, cloth.reach * 2 * maxScale) / 2);
  const source = Math.max(2, Math.round(Math.min(cloth.reach * 2, diameter)));
  const box = {
    left: Math.round(cloth.x - source / 2),
    top: Math.round(cloth.y - source / 2),
    width: source,
    height: source,
  };
  const disc = cutDisc(await scaleRaster(cropRaster(garment.raster, box), diameter, diameter));
  return { disc, x: cloth.x, y: cloth.y, radius: source / 2 };
}

async function lensAlone({ garment: { raster } }: Board, lens: Lens): Promise<{ layers: Layer[]; rings: string }> {
  const size = fitWithin(raster, { width: 240, height: 240 }, 1);
  const small = await scaleRaster(raster, size.width, size.height);
  const [left, top] = [W - SAFE - size.width, H - SAFE - size.height];
  const centreY = SAFE + LENS / 2;
  const rings =
    ring(W / 2, centreY, lens.disc.width / 2 - 1, 8) +
    ring(left + lens.x * size.scale, top + lens.y * size.scale, Math.max(12, lens.radius * size.scale), 4);
  return { layers: [centred(lens.disc, W / 2, centreY), { raster: small, left, top }], rings };
}

async function lensOverGarment(board: Board, lens: Lens): Promise<{ layers: Layer[]; rings: string }> {
  const half = lens.disc.width / 2;
  const room = { left: SAFE, top: SAFE, right: W - SAFE - half, bottom: H - STRIP - 24 };
  const whole = { ...board.garment, cut: { ...board.garment.cut, bottom: false, right: false } };
  const layer = await placeGarment({ garment: whole, maxScale: board.maxScale }, room, LYING);
  const scale = layer.raster.width / board.garment.raster.width;
  const [x, y] = [W - SAFE - half, H - STRIP - 24 - half];
  const rings =
    ring(x, y, half - 1, 8) + ring(layer.left + lens.x * scale, layer.top + lens.y * scale, lens.radius * scale, 4);
  return { layers: [layer, centred(lens.disc, x, y)], rings };
}

const ring = (x: number, y: number, radius: number, line: number): string =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="#fff" stroke-width="${line}"/>`;

/** Everything outside the circle made transparent, its edge softened over a pixel. */
function cutDisc({ width, height, rgba }: Raster): Raster {
  const out = Buffer.from(rgba);
  const radius = width / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = radius - Math.hypot(x + 0.5 - radius, y + 0.5 - radius);
      const at = (y * width + x) * 4 + 3;
      out[at] = out[at]! * Math.max(0, Math.min(1, inside));
    }
  }
  return { width, height, rgba: out };
}
