import type { Colour } from '../canvas/colour.ts';
import { type Box, cropRaster, type Raster, visibleBox } from '../canvas/raster.ts';
import { decodeCutout } from '../decode-cutout.ts';
import { MediaRefusal } from '../media-refusal.ts';
import { findPalette } from './find-palette.ts';
import { isWorn } from './is-worn.ts';

/** The cut-out garment, trimmed, with what a layout must know of it. */
export interface Garment {
  readonly raster: Raster;
  /** wide: a long-sleeved shirt laid out; tall: trousers, a dress. */
  readonly shape: 'wide' | 'regular' | 'tall';
  readonly worn: boolean;
  /** Sides at which the photo's edge cut it off: there it must run out of the frame, never end in mid-air. */
  readonly cut: { readonly top: boolean; readonly bottom: boolean; readonly left: boolean; readonly right: boolean };
  /** Its colours, the most frequent first; shares of its surface. */
  readonly palette: readonly { readonly colour: Colour; readonly share: number }[];
}

/** Frames are 1080 wide: more than this serves no crop, and twelve frames must fit a small instance. */
const MAX_WORKING_SIDE = 2400;
const WIDE = 0.92;
const TALL = 0.6;
const CUT_SHARE = 0.025;

/** Reads a cut-out (a picture with transparency). Throws MediaRefusal GARMENT_NOT_FOUND when nothing of it can be seen. */
export async function readGarment(cutout: Buffer, wearing: 'auto' | 'flat' | 'worn'): Promise<Garment> {
  const whole = await decodeCutout(cutout, MAX_WORKING_SIDE);
  const box = visibleBox(whole);
  if (!box || box.width < 40 || box.height < 40) throw new MediaRefusal('GARMENT_NOT_FOUND', 'the cut-out is empty');
  const raster = cropRaster(whole, box);
  const ratio = box.width / box.height;
  const worn = wearing === 'worn' || (wearing === 'auto' && isWorn(raster));
  return {
    raster,
    shape: ratio >= WIDE ? 'wide' : ratio <= TALL ? 'tall' : 'regular',
    worn,
    cut: cutSides(whole, box),
    palette: findPalette(raster, worn),
  };
}

/** A side is cut when the picture's border there is covered for more than a point of contact. */
function cutSides({ rgba, width, height }: Raster, box: Box): Garment['cut'] {
  const covered = (length: number, at: (i: number) => number): boolean => {
    let count = 0;
    for (let i = 0; i < length; i++) if (rgba[at(i) * 4 + 3]! > 127) count++;
    return count > length * CUT_SHARE;
  };
  return {
    top: box.top === 0 && covered(width, (x) => x),
    bottom: box.top + box.height === height && covered(width, (x) => (height - 1) * width + x),
    left: box.left === 0 && covered(height, (y) => y * width),
    right: box.left + box.width === width && covered(height, (y) => y * width + width - 1),
  };
}
