import type { Colour } from '../canvas/colour.ts';
import type { Layer, Shadow } from '../canvas/compose-scene.ts';
import { fitWithin, scaleRaster } from '../canvas/raster.ts';
import { drawText } from '../lettering/draw-text.ts';
import { fitText, type TextBlock } from '../lettering/fit-text.ts';
import type { Typeface } from '../lettering/open-typeface.ts';
import type { Tone } from '../storyboard/frame.ts';
import type { Garment } from '../storyboard/garment.ts';
import type { PosterParams } from './poster-params.ts';

export interface PosterPage {
  readonly width: number;
  readonly height: number;
  readonly face: Typeface;
  readonly garment: Garment;
  readonly tone: Tone;
  readonly params: PosterParams;
}

export interface PosterDrawing {
  readonly ground: Buffer;
  readonly under?: string;
  readonly layers: readonly Layer[];
  readonly over: string;
}

export const MARGIN = 84;
const SHADOWS: readonly Shadow[] = [
  { blur: 30, right: 8, down: 26, opacity: 0.2 },
  { blur: 7, right: 2, down: 6, opacity: 0.16 },
];

/** The garment in a room; where the photo cut it off, it meets the room's edge: `edge` above, `bottom`
 * below. */
export async function placeInRoom(
  { garment }: PosterPage,
  room: { left: number; top: number; right: number; bottom: number; gap: number; edge: number },
): Promise<Layer> {
  const { raster, cut } = garment;
  const bottom = cut.bottom ? room.bottom : room.bottom - room.gap;
  const high = cut.top ? room.edge : room.top;
  const size = fitWithin(raster, { width: room.right - room.left, height: bottom - high });
  const top = cut.bottom ? bottom - size.height : cut.top ? high : (high + bottom - size.height) / 2;
  const left = (room.left + room.right - size.width) / 2;
  const drawn = await scaleRaster(raster, size.width, size.height);
  return { raster: drawn, left: Math.round(left), top: Math.round(top), shadows: SHADOWS };
}

/** Title and subtitle, one above the other. */
export function headline(
  { face, params }: PosterPage,
  width: number,
  { size, colour, align = 'left' }: { size: number; colour: Colour; align?: 'left' | 'middle' },
): TextBlock {
  const title = fitText(
    face,
    params.title,
    { weight: 'bold', size, colour, tracking: 2, align },
    { width, maxLines: 2, minSize: 40, leading: 1.22 },
  );
  const subtitle = fitText(
    face,
    params.subtitle,
    { weight: 'regular', size: 34, colour, align, opacity: 0.78 },
    { width, maxLines: 2, minSize: 20 },
  );
  const gap = params.subtitle ? 34 : 0;
  return {
    size: title.size,
    height: title.height + gap + subtitle.height,
    draw: (x, top) => title.draw(x, top) + subtitle.draw(x, top + title.height + gap),
  };
}

/** The brand's name, in spaced capitals. */
export const brandLine = (
  { face, params }: PosterPage,
  x: number,
  baseline: number,
  colour: Colour,
  align: 'left' | 'middle' = 'left',
): string =>
  params.brand
    ? drawText(face, params.brand.toUpperCase(), x, baseline, {
        weight: 'regular',
        size: 26,
        colour,
        tracking: 6,
        align,
      })
    : '';
