import { hexOf, mixColours, WHITE } from '../canvas/colour.ts';
import { paintBackdrop } from '../canvas/paint-backdrop.ts';
import { fitText } from '../lettering/fit-text.ts';
import { drawPrice } from './draw-price.ts';
import { brandLine, headline, MARGIN, type PosterDrawing, type PosterPage, placeInRoom } from './poster-page.ts';

/** The garment above a block of deep colour that carries all words. */
export async function bannerLayout(page: PosterPage): Promise<PosterDrawing> {
  const { width, height, tone, params, face } = page;
  const inner = width - 2 * MARGIN;
  const faint = mixColours(tone.deep, WHITE, 0.66);
  const words = headline(page, inner, { size: 84, colour: WHITE });
  const price = drawPrice(face, params, { size: 96, colour: WHITE, faint });
  const points = fitText(
    face,
    params.points.join(' · '),
    { weight: 'regular', size: 30, colour: WHITE, opacity: 0.9 },
    { width: inner, maxLines: 2, minSize: 18, leading: 1.5 },
  );
  const pointsGap = params.points.length > 0 ? 44 : 0;
  const priceRoom = price.width > 0 ? 52 + 96 * 0.76 : 0;
  const block = 76 + words.height + pointsGap + points.height + priceRoom + MARGIN;
  const top = Math.round(height - block);
  const pointsTop = top + 76 + words.height + pointsGap;
  const layer = await placeInRoom(page, {
    ...{ left: MARGIN, right: width - MARGIN, top: MARGIN + (params.brand ? 56 : 0), bottom: top, gap: 64, edge: 0 },
  });
  return {
    ground: paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.34 }, width, height),
    under: `<rect y="${top}" width="${width}" height="${height - top}" fill="${hexOf(tone.deep)}"/>`,
    layers: [layer],
    over:
      (page.garment.cut.top
        ? brandLine(page, MARGIN, MARGIN + 16, tone.deep)
        : brandLine(page, width / 2, MARGIN + 16, tone.deep, 'middle')) +
      words.draw(MARGIN, top + 76) +
      points.draw(MARGIN, pointsTop) +
      price.draw(MARGIN - 4, height - MARGIN) +
      badgeOf(page, width - MARGIN - 92, MARGIN + 92),
  };
}

/** A round badge of up to eight characters. */
function badgeOf({ face, params, tone }: PosterPage, x: number, y: number): string {
  if (!params.badge) return '';
  const text = fitText(
    face,
    params.badge,
    { weight: 'bold', size: 44, colour: WHITE, align: 'middle' },
    { width: 130, maxLines: 2, minSize: 18, leading: 1.15 },
  );
  return `<circle cx="${x}" cy="${y}" r="92" fill="${hexOf(tone.deep)}"/>${text.draw(x, y - text.height / 2)}`;
}
