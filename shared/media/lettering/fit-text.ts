import { MediaRefusal } from '../media-refusal.ts';
import { drawText, type TextStyle } from './draw-text.ts';
import type { Typeface } from './open-typeface.ts';
import { wrapLines } from './wrap-lines.ts';

export interface TextRoom {
  readonly width: number;
  readonly maxLines: number;
  readonly minSize: number;
  /** Baseline to baseline, in sizes. */
  readonly leading?: number;
}

/** Lines of one size. `height` reaches from the first line's capitals to the last baseline. */
export interface TextBlock {
  readonly height: number;
  readonly size: number;
  /** The baseline of the last line relative to the block's top is `height`. */
  draw(x: number, top: number): string;
}

/** Chinese characters and capitals of this font stand about this high above the baseline, in sizes. */
const CAP_HEIGHT = 0.84;
const SHRINK = 0.96;

/**
 * Sets a text as large as the style allows so that it fits the room, its lines balanced. Throws MediaRefusal
 * TEXT_NOT_DRAWABLE when it does not fit even at the smallest size: text that nobody can read is not drawn.
 */
export function fitText(face: Typeface, text: string, style: TextStyle, room: TextRoom): TextBlock {
  for (let size = style.size; ; size *= SHRINK) {
    const at = { ...style, size: Math.round(size * 10) / 10 };
    const lines = wrapLines(face, text, at, room.width);
    if (lines.length <= room.maxLines) return block(face, balance(face, text, at, room.width, lines), at, room);
    if (size < room.minSize) throw new MediaRefusal('TEXT_NOT_DRAWABLE', `"${text}" does not fit`);
  }
}

/** The narrowest width that needs no further line: no last line of a single character. */
function balance(face: Typeface, text: string, style: TextStyle, width: number, lines: string[]): string[] {
  if (lines.length < 2) return lines;
  let best = lines;
  for (let narrow = width * 0.97; narrow > width * 0.5; narrow *= 0.97) {
    const tried = wrapLines(face, text, style, narrow);
    if (tried.length > lines.length) break;
    best = tried;
  }
  return best;
}

function block(face: Typeface, lines: readonly string[], style: TextStyle, { leading = 1.28 }: TextRoom): TextBlock {
  const step = style.size * leading;
  const cap = style.size * CAP_HEIGHT;
  return {
    size: style.size,
    height: lines.length === 0 ? 0 : cap + (lines.length - 1) * step,
    draw: (x, top) => lines.map((line, i) => drawText(face, line, x, Math.round(top + cap + i * step), style)).join(''),
  };
}
