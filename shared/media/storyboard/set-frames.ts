import { hexOf, INK, lumaOf, WHITE } from '../canvas/colour.ts';
import type { Layer } from '../canvas/compose-scene.ts';
import { paintBackdrop, paintPlain } from '../canvas/paint-backdrop.ts';
import { fitWithin, scaleRaster } from '../canvas/raster.ts';
import { turnRaster } from '../canvas/turn-raster.ts';
import { drawText, type TextStyle } from '../lettering/draw-text.ts';
import { cropAround } from './crop-around.ts';
import { middleFrame } from './detail-frames.ts';
import {
  type Board,
  caption,
  centred,
  type Frame,
  FRAME_HEIGHT as H,
  placeGarment,
  SAFE,
  SAFE_ROOM,
  FRAME_WIDTH as W,
} from './frame.ts';

/** Two of it, overlapping; a figure would be a twin, so a worn one is shown as its upper and lower half. */
export async function pairFrame(board: Board): Promise<Frame> {
  const { garment } = board;
  if (garment.worn || garment.cut.top || garment.cut.bottom) return halvesFrame(board);
  const ground = paintBackdrop({ centre: [245, 243, 239], edge: [222, 218, 211], lightY: 0.4 }, W, H);
  const room = garment.shape === 'tall' ? { width: 430, height: 1020 } : { width: 690, height: 700 };
  const size = fitWithin(garment.raster, room, board.maxScale);
  const drawn = await scaleRaster(garment.raster, size.width, size.height);
  const [back, front] = [await turnRaster(drawn, 5), await turnRaster(drawn, -5)];
  const corner = (layer: Layer, right: boolean, low: boolean): Layer => ({
    ...layer,
    left: right ? W - SAFE - layer.raster.width : SAFE,
    top: low ? H - SAFE - layer.raster.height : SAFE,
  });
  return { ground, layers: [corner(centred(back, 0, 0), true, false), corner(centred(front, 0, 0), false, true)] };
}

async function halvesFrame(board: Board): Promise<Frame> {
  const { garment, tone, face } = board;
  const gap = 24;
  const box = { width: (W - 2 * SAFE - gap) / 2, height: H - 2 * SAFE - 150 };
  const { raster } = garment;
  const ground = paintPlain(WHITE, W, H);
  const mat = (left: number): string =>
    `<rect x="${left}" y="${SAFE}" width="${box.width}" height="${box.height}" fill="${hexOf(tone.pale)}"/>`;
  const second = SAFE + box.width + gap;
  const half = { share: (raster.height * 0.56 * box.width) / (box.height * raster.width), level: 0.5 };
  const upper = await cropAround(board, { x: raster.width / 2, y: 0 }, box, half);
  const lower = await cropAround(board, { x: raster.width / 2, y: raster.height }, box, half);
  return {
    ground,
    under: mat(SAFE) + mat(second),
    layers: [
      { raster: upper.raster, left: SAFE, top: SAFE },
      { raster: lower.raster, left: second, top: SAFE },
    ],
    over: caption(face, '上身与下身', 'UPPER & LOWER'),
  };
}

const SWATCH = { top: 968, height: 96, gap: 16 };

/** The garment's colours as swatches with their codes. */
export async function paletteFrame({ garment, face, maxScale }: Board): Promise<Frame> {
  const { palette } = garment;
  const room = { ...SAFE_ROOM, bottom: SWATCH.top - 56 };
  const whole = { ...garment, cut: { ...garment.cut, bottom: false } };
  const width = (W - 2 * SAFE - SWATCH.gap * (palette.length - 1)) / palette.length;
  const swatches = palette.map(({ colour, share }, i) => {
    const x = SAFE + i * (width + SWATCH.gap);
    const edge = lumaOf(colour) > 225 ? ' stroke="#d5d5d5" stroke-width="2"' : '';
    const style: TextStyle = { weight: 'regular', size: 22, colour: INK, opacity: 0.8 };
    const y = SWATCH.top + SWATCH.height;
    return (
      `<rect x="${x}" y="${SWATCH.top}" width="${width}" height="${SWATCH.height}" rx="10" fill="${hexOf(colour)}"${edge}/>` +
      drawText(face, hexOf(colour).toUpperCase(), x, y + 36, style) +
      drawText(face, `${Math.max(1, Math.round(share * 100))}%`, x + width, y + 36, {
        ...style,
        align: 'right',
        opacity: 0.5,
      })
    );
  });
  const ground = paintPlain([250, 250, 249], W, H);
  const layers = [await placeGarment({ garment: whole, maxScale }, room, [])];
  return { ground, layers, over: swatches.join('') + caption(face, '配色', 'COLOURS') };
}

/** Between the garment and its lines, and between a line and its words. */
const [BESIDE, BESIDE_LINE] = [44, 24];

/** Lines for width and length. Numbers are the merchant's own; without them only the proportion is told; a figure has none
 * to tell, so its middle is shown. */
export async function sizeFrame(board: Board): Promise<Frame> {
  const { garment, face, params, maxScale } = board;
  const { raster, cut, worn } = garment;
  const { widthCm, lengthCm } = params;
  const measured = widthCm !== undefined || lengthCm !== undefined;
  if ((worn || cut.top || cut.bottom) && !measured) return middleFrame(board);
  const style: TextStyle = { weight: 'bold', size: 30, colour: INK };
  const ratio = (raster.height / raster.width).toFixed(2);
  const across = widthCm !== undefined ? `宽 ${widthCm} cm` : measured ? '宽' : '宽 1';
  const down = lengthCm !== undefined ? `长 ${lengthCm} cm` : measured ? '长' : `长 ${ratio}`;
  // Left of the garment its line, left of that the words, and they keep the margin.
  const left = Math.max(
    SAFE + 130,
    SAFE + Math.ceil(face.measure(down, style.weight, style.size)) + BESIDE_LINE + BESIDE,
  );
  const room = { left, top: SAFE + 20, right: W - SAFE, bottom: H - SAFE - 250 };
  const whole = { ...garment, cut: { top: false, bottom: false, left: false, right: false } };
  const layer = await placeGarment({ garment: whole, maxScale }, room, []);
  const [x0, x1] = [layer.left, layer.left + layer.raster.width];
  const [y0, y1] = [layer.top, layer.top + layer.raster.height];
  const [lineX, lineY] = [x0 - BESIDE, y1 + BESIDE];
  const ticks = `M${x0} ${lineY}H${x1}M${x0} ${lineY - 12}v24M${x1} ${lineY - 12}v24M${lineX} ${y0}V${y1}M${lineX - 12} ${y0}h24M${lineX - 12} ${y1}h24`;
  const labels =
    drawText(face, across, (x0 + x1) / 2, lineY + 52, { ...style, align: 'middle' }) +
    drawText(face, down, lineX - BESIDE_LINE, (y0 + y1) / 2 + 10, { ...style, align: 'right' });
  const over = `<path d="${ticks}" fill="none" stroke="${hexOf(INK)}" stroke-width="2"/>${labels}`;
  const title = measured ? caption(face, '尺寸', 'SIZE') : caption(face, '比例示意', 'PROPORTIONS');
  return { ground: paintPlain([250, 250, 249], W, H), layers: [layer], over: over + title };
}
