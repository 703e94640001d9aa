import { type Colour, hexOf, WHITE } from '../canvas/colour.ts';
import type { Layer } from '../canvas/compose-scene.ts';
import { paintBackdrop, paintPlain } from '../canvas/paint-backdrop.ts';
import { fitWithin, scaleRaster } from '../canvas/raster.ts';
import { turnRaster } from '../canvas/turn-raster.ts';
import {
  type Board,
  centred,
  type Frame,
  FRAME_HEIGHT as H,
  LYING,
  placeGarment,
  type Room,
  SAFE,
  SAFE_ROOM,
  FRAME_WIDTH as W,
} from './frame.ts';

const SAND: Colour = [238, 229, 216];
const SAND_DEEP: Colour = [219, 203, 183];
const MIST: Colour = [232, 236, 240];
const MIST_DEEP: Colour = [206, 214, 222];

/** Pure white, no shadow, no letters: what marketplaces take as a main picture. */
export async function whiteFrame(board: Board): Promise<Frame> {
  return { ground: paintPlain(WHITE, W, H), layers: [await placeGarment(board, SAFE_ROOM, [])] };
}

/** A grey studio wall. */
export async function studioFrame(board: Board): Promise<Frame> {
  const ground = paintBackdrop({ centre: [247, 247, 246], edge: [212, 213, 214], lightY: 0.42 }, W, H);
  return { ground, layers: [await placeGarment(board, inner(SAFE_ROOM, 24), LYING)] };
}

/** Sand paper in two tones, the garment laid across the seam, turned a little. */
export async function sandFrame(board: Board): Promise<Frame> {
  const ground = paintBackdrop({ centre: SAND, edge: [231, 220, 204], lightY: 0.35 }, W, H);
  const under = `<path d="M0 ${H * 0.66}L${W} ${H * 0.5}V${H}H0Z" fill="${hexOf(SAND_DEEP)}"/>`;
  return { ground, under, layers: [await turned(board, -6)] };
}

/** An arch of light paper on a cool wall. */
export async function archFrame(board: Board): Promise<Frame> {
  const ground = paintBackdrop({ centre: MIST_DEEP, edge: [190, 200, 210], lightY: 0.4 }, W, H);
  const [left, right] = [SAFE + 56, W - SAFE - 56];
  const radius = (right - left) / 2;
  const under = `<path d="M${left} ${H}V${SAFE + radius}A${radius} ${radius} 0 0 1 ${right} ${SAFE + radius}V${H}Z" fill="${hexOf(MIST)}"/>`;
  const room = { ...SAFE_ROOM, top: SAFE + 80 };
  return { ground, under, layers: [await placeGarment(board, inner(room, 16), LYING)] };
}

/** A half disc of the garment's own tone behind it, and a fine line around. */
export async function toneFrame(board: Board): Promise<Frame> {
  const { tone } = board;
  const ground = paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.42 }, W, H);
  const line = SAFE / 2;
  const under =
    `<circle cx="${W / 2}" cy="${H * 0.46}" r="${W * 0.4}" fill="${hexOf(tone.soft)}"/>` +
    `<rect x="${line}" y="${line}" width="${W - 2 * line}" height="${H - 2 * line}" fill="none" stroke="${hexOf(tone.deep)}" stroke-opacity=".35" stroke-width="2"/>`;
  return { ground, under, layers: [await placeGarment(board, inner(SAFE_ROOM, 36), LYING)] };
}

/** Turned by degrees and as large as the safe room allows; a worn or cut-off garment stands upright. */
async function turned(board: Board, degrees: number): Promise<Layer> {
  const { cut, worn, raster } = board.garment;
  const upright = worn || cut.top || cut.bottom || cut.left || cut.right;
  if (upright) return placeGarment(board, inner(SAFE_ROOM, 16), LYING);
  const angle = (Math.abs(degrees) * Math.PI) / 180;
  const outer = {
    width: raster.width * Math.cos(angle) + raster.height * Math.sin(angle),
    height: raster.width * Math.sin(angle) + raster.height * Math.cos(angle),
  };
  const room = { width: W - 2 * SAFE, height: H - 2 * SAFE };
  const { scale } = fitWithin(outer, room, board.maxScale);
  const sized = await scaleRaster(raster, Math.round(raster.width * scale), Math.round(raster.height * scale));
  return centred(await turnRaster(sized, degrees), W / 2, H / 2);
}

const inner = ({ left, top, right, bottom }: Room, by: number): Room => ({
  left: left + by,
  top: top + by,
  right: right - by,
  bottom: bottom - by,
});
