import { type Colour, hexOf } from '../canvas/colour.ts';
import { drawText } from '../lettering/draw-text.ts';
import type { Typeface } from '../lettering/open-typeface.ts';

export interface PriceStyle {
  /** Of the whole yuan's figures. */
  readonly size: number;
  readonly colour: Colour;
  readonly faint: Colour;
}

/** ¥199.50 → the sign and the fen smaller, all on one baseline; the old price after it, struck through. */
export function drawPrice(
  face: Typeface,
  { priceYuan, oldPriceYuan }: { priceYuan?: number | undefined; oldPriceYuan?: number | undefined },
  { size, colour, faint }: PriceStyle,
): { width: number; draw: (x: number, baseline: number) => string } {
  if (priceYuan === undefined) return { width: 0, draw: () => '' };
  const [yuan = '', fen = ''] = figures(priceYuan).split('.');
  const small = size * 0.5;
  const parts = [
    { text: '¥', size: small },
    { text: yuan, size },
    ...(fen ? [{ text: `.${fen}`, size: small }] : []),
  ].map((part) => ({ ...part, width: face.measure(part.text, 'bold', part.size) + size * 0.03 }));
  const now = parts.reduce((sum, { width }) => sum + width, 0);
  const old = oldPriceYuan === undefined ? '' : `¥${figures(oldPriceYuan)}`;
  const oldSize = size * 0.34;
  const oldWidth = old ? face.measure(old, 'regular', oldSize) : 0;
  const gap = old ? size * 0.24 : 0;
  return {
    width: now + gap + oldWidth,
    draw(x, baseline) {
      let at = x;
      let svg = '';
      for (const part of parts) {
        svg += drawText(face, part.text, at, baseline, { weight: 'bold', size: part.size, colour });
        at += part.width;
      }
      if (!old) return svg;
      const left = at + gap;
      const strike = baseline - oldSize * 0.36;
      const line = `<path d="M${left - 2} ${strike}h${oldWidth + 4}" stroke="${hexOf(faint)}" stroke-width="2"/>`;
      return svg + drawText(face, old, left, baseline, { weight: 'regular', size: oldSize, colour: faint }) + line;
    },
  };
}

const figures = (yuan: number): string => (Number.isInteger(yuan) ? String(yuan) : yuan.toFixed(2));
