import { hexOf, INK, WHITE } from '../canvas/colour.ts';
import { paintBackdrop } from '../canvas/paint-backdrop.ts';
import { drawText } from '../lettering/draw-text.ts';
import { fitText } from '../lettering/fit-text.ts';
import { drawPrice } from './draw-price.ts';
import { brandLine, headline, MARGIN, type PosterDrawing, type PosterPage, placeInRoom } from './poster-page.ts';

/** Editorial: words at the upper left, the garment on quiet paper, price and points on a white foot. */
export async function galleryLayout(page: PosterPage): Promise<PosterDrawing> {
  const { width, height, tone, params, face } = page;
  const inner = width - 2 * MARGIN;
  const words = headline(page, inner, { size: 96, colour: INK });
  const wordsTop = MARGIN + (params.brand || params.badge ? 76 : 0);
  const foot = footOf(page);
  const footTop = height - foot.height;
  const edge = wordsTop + words.height + 56;
  const wall = page.garment.cut.top
    ? `<rect y="${edge}" width="${width}" height="${height - edge}" fill="${hexOf(tone.soft)}"/>`
    : '';
  const layer = await placeInRoom(page, {
    ...{ left: MARGIN, right: width - MARGIN, top: wordsTop + words.height + 48, bottom: footTop, gap: 56, edge },
  });
  const badge = params.badge ? pill(page, width - MARGIN, MARGIN - 12) : '';
  return {
    ground: paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.5 }, width, height),
    under: wall + foot.panel,
    layers: [layer],
    over: brandLine(page, MARGIN, MARGIN + 22, INK) + badge + words.draw(MARGIN, wordsTop) + foot.draw(),
  };

  function pill(_: PosterPage, right: number, top: number): string {
    const size = 26;
    const wide = face.measure(params.badge, 'bold', size, 2) + 56;
    return (
      `<rect x="${right - wide}" y="${top}" width="${wide}" height="52" rx="26" fill="${hexOf(tone.deep)}"/>` +
      drawText(face, params.badge, right - wide / 2, top + 36, {
        weight: 'bold',
        size,
        colour: WHITE,
        tracking: 2,
        align: 'middle',
      })
    );
  }
}

const POINT = 30;
const STEP = 54;

/** Price at the left, points at the right, their last baselines on one line above the margin. */
function footOf({ width, height, face, params, tone }: PosterPage) {
  const price = drawPrice(face, params, { size: 108, colour: tone.deep, faint: [130, 130, 132] });
  const { points } = params;
  const left = price.width > 0 ? Math.max(width / 2, MARGIN + price.width + 56) : MARGIN;
  const column = width - MARGIN - left;
  const size = points.reduce(
    (least, point) =>
      Math.min(
        least,
        fitText(
          face,
          point,
          { weight: 'regular', size: POINT, colour: INK },
          { width: column - 32, maxLines: 1, minSize: 14 },
        ).size,
      ),
    POINT,
  );
  const rows = Math.max(price.width > 0 ? 2 : 0, points.length);
  const total = rows === 0 ? 0 : MARGIN + 64 + (rows - 1) * STEP + 24;
  const baseline = height - MARGIN;
  return {
    height: total,
    panel: `<rect y="${height - total}" width="${width}" height="${total}" fill="${hexOf(WHITE)}"/>`,
    draw: (): string =>
      price.draw(MARGIN - 4, baseline) +
      points
        .map((point, i) => {
          const y = baseline - (points.length - 1 - i) * STEP;
          const dash = `<path d="M${left} ${y - size * 0.36}h16" stroke="${hexOf(tone.deep)}" stroke-width="3"/>`;
          return dash + drawText(face, point, left + 32, y, { weight: 'regular', size, colour: INK });
        })
        .join(''),
  };
}
