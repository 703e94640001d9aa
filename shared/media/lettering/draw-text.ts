import { type Colour, hexOf } from '../canvas/colour.ts';
import type { FontWeight } from './font-files.ts';
import type { Typeface } from './open-typeface.ts';

export interface TextStyle {
  readonly weight: FontWeight;
  readonly size: number;
  readonly colour: Colour;
  readonly tracking?: number;
  readonly align?: 'left' | 'middle' | 'right';
  readonly opacity?: number;
}

/** One line as an SVG path, its baseline at y; x is its left end, middle or right end. */
export function drawText(face: Typeface, text: string, x: number, y: number, style: TextStyle): string {
  const { path, width } = face.setLine(text, style.weight, style.size, style.tracking);
  const shift = style.align === 'middle' ? width / 2 : style.align === 'right' ? width : 0;
  const opacity = style.opacity === undefined ? '' : ` fill-opacity="${style.opacity}"`;
  const left = Math.round((x - shift) * 100) / 100;
  return `<path transform="translate(${left} ${y})" fill="${hexOf(style.colour)}"${opacity} d="${path}"/>`;
}
