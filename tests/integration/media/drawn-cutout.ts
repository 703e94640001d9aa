import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** The fonts as their package has them: the media folder holds copies of the same names. */
export const FONTS = fileURLToPath(new URL('../../../node_modules/@embedpdf/fonts-sc/fonts', import.meta.url));

const SHAPES = {
  shirt: 'M38 4 L62 4 L98 22 L90 44 L74 36 L75 96 L25 96 L26 36 L10 44 L2 22 Z',
  trousers: 'M30 2 L70 2 L76 98 L56 98 L50 34 L44 98 L24 98 Z',
} as const;

export interface CutoutOrder {
  shape: keyof typeof SHAPES;
  width: number;
  height: number;
  colour?: string;
  /** Vertical stripes, so many pixels a pair. */
  stripes?: number;
}

/** A garment on transparency, drawn without the code under test. */
export async function drawCutout({
  shape,
  width,
  height,
  colour = '#2f6b5e',
  stripes = 0,
}: CutoutOrder): Promise<Buffer> {
  const pattern = `<pattern id="p" width="${stripes}" height="8" patternUnits="userSpaceOnUse"><rect width="${stripes / 2}" height="8" fill="#fff"/></pattern>`;
  const path = (fill: string): string =>
    `<path d="${SHAPES[shape]}" fill="${fill}" transform="scale(${width / 100} ${height / 100})"/>`;
  const shown = stripes > 0 ? clip(width, height, SHAPES[shape]) : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${stripes > 0 ? pattern : ''}${shown}</defs>${path(colour)}${stripes > 0 ? `<rect width="${width}" height="${height}" fill="url(#p)" clip-path="url(#c)"/>` : ''}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

const clip = (width: number, height: number, d: string): string =>
  `<clipPath id="c"><path d="${d}" transform="scale(${width / 100} ${height / 100})"/></clipPath>`;
