import type { FontWeight } from './font-files.ts';
import type { Typeface } from './open-typeface.ts';

/** No line begins with these (GB/T 15834 §5.1), nor ends with the opening ones. */
const NOT_FIRST = /^[、。，．・：；？！…—～·”’）》」』】〕％℃!%),.:;?\]}]/u;
const NOT_LAST = /[“‘（《「『【〔([{¥￥]$/u;

/** Words of Latin letters and digits stay whole, every other character stands for itself. */
const PIECES = /[\p{Script=Latin}\p{Nd}][\p{Script=Latin}\p{Nd}.,'’%\-+/]*|\s+|./gsu;

/** Breaks a text into lines of at most `maxWidth`. A single word wider than a line is cut. */
export function wrapLines(
  face: Typeface,
  text: string,
  style: { weight: FontWeight; size: number; tracking?: number },
  maxWidth: number,
): string[] {
  const fits = (line: string): boolean =>
    face.measure(line.trim(), style.weight, style.size, style.tracking) <= maxWidth;
  const lines: string[] = [];
  let line = '';
  for (const piece of joinPieces(text)) {
    if (fits(line + piece)) {
      line += piece;
      continue;
    }
    if (line.trim()) lines.push(line.trim());
    line = '';
    for (const character of fits(piece) ? [piece.trimStart()] : piece) {
      if (!fits(line + character)) {
        lines.push(line.trim());
        line = '';
      }
      line += character;
    }
  }
  if (line.trim()) lines.push(line.trim());
  return lines;
}

/** Ties closing marks to what precedes them and opening ones to what follows. */
function joinPieces(text: string): string[] {
  const joined: string[] = [];
  for (const piece of text.match(PIECES) ?? []) {
    const last = joined.at(-1);
    if (last !== undefined && (NOT_FIRST.test(piece) || NOT_LAST.test(last))) joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}
