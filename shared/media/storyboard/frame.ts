import { type Colour, INK } from '../canvas/colour.ts';
import type { Layer, Shadow } from '../canvas/compose-scene.ts';
import { fitWithin, type Raster, scaleRaster } from '../canvas/raster.ts';
import { drawText } from '../lettering/draw-text.ts';
import type { Typeface } from '../lettering/open-typeface.ts';
import type { Details } from './find-details.ts';
import type { Garment } from './garment.ts';
import type { FrameName, StoryboardParams } from './storyboard-params.ts';

/** 4:5, the tallest that 小红书 and Instagram show whole. */
export const FRAME_WIDTH = 1080;
export const FRAME_HEIGHT = 1350;
/** Nothing but grounds and cut edges comes closer to the border: 7.8 % of the width. */
export const SAFE = 84;

/** What every frame is drawn from. */
export interface Board {
  readonly garment: Garment;
  readonly details: Details;
  readonly face: Typeface;
  readonly params: StoryboardParams;
  readonly tone: Tone;
  /** How far a source pixel may be enlarged in this layout, so that none is larger than 2 in the finished file. */
  readonly maxScale: number;
}

/** Colours of a board, from the garment's own. */
export interface Tone {
  readonly pale: Colour;
  readonly soft: Colour;
  readonly deep: Colour;
}

export interface Frame {
  readonly ground: Buffer;
  readonly under?: string;
  readonly layers: readonly Layer[];
  readonly over?: string;
}

export interface FrameDesign {
  readonly name: FrameName;
  readonly zh: string;
  readonly en: string;
  readonly draw: (board: Board) => Promise<Frame> | Frame;
  /** Something stands in the lower right corner, where an AI's pictures say what they are: there it is said at the upper left. */
  readonly foot?: 'taken';
}

/** Lying on paper: a tight dark line where the cloth touches, a wide soft one around. */
export const LYING: readonly Shadow[] = [
  { blur: 26, right: 8, down: 22, opacity: 0.2 },
  { blur: 6, right: 2, down: 5, opacity: 0.18 },
];

export interface Room {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const SAFE_ROOM: Room = { left: SAFE, top: SAFE, right: FRAME_WIDTH - SAFE, bottom: FRAME_HEIGHT - SAFE };

/**
 * The garment in a room, centred, as large as it may be. Where the photo cut it off, it runs out of the frame at that
 * side instead of ending in the air.
 */
export async function placeGarment(
  { garment, maxScale }: Pick<Board, 'garment' | 'maxScale'>,
  room: Room,
  shadows: readonly Shadow[],
): Promise<Layer> {
  const { raster, cut } = garment;
  const top = cut.top ? 0 : room.top;
  const bottom = cut.bottom ? FRAME_HEIGHT : room.bottom;
  const { width, height } = fitWithin(raster, { width: room.right - room.left, height: bottom - top }, maxScale);
  const drawn = await scaleRaster(raster, width, height);
  const y = cut.bottom ? bottom - height : cut.top ? 0 : Math.round((top + bottom - height) / 2);
  const x =
    cut.left && !cut.right ? 0 : cut.right && !cut.left ? FRAME_WIDTH - width : (room.left + room.right - width) / 2;
  return { raster: drawn, left: Math.round(x), top: y, shadows };
}

/** A picture centred at a point. */
export const centred = (raster: Raster, x: number, y: number, shadows: readonly Shadow[] = LYING): Layer => ({
  raster,
  left: Math.round(x - raster.width / 2),
  top: Math.round(y - raster.height / 2),
  shadows,
});

/** Where captions stand: the Chinese line's baseline, and the English one's below it on the safe margin. */
const ZH_BASELINE = FRAME_HEIGHT - SAFE - 44;
const EN_BASELINE = FRAME_HEIGHT - SAFE;

/** A frame's caption at its lower left. */
export function caption(face: Typeface, zh: string, en: string, colour: Colour = INK, x = SAFE): string {
  return (
    drawText(face, zh, x - 2, ZH_BASELINE, { weight: 'bold', size: 44, colour, tracking: 2 }) +
    drawText(face, en, x, EN_BASELINE, { weight: 'regular', size: 21, colour, tracking: 4, opacity: 0.72 })
  );
}
