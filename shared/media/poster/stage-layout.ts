import { hexOf, INK, WHITE } from '../canvas/colour.ts';
import { paintBackdrop } from '../canvas/paint-backdrop.ts';
import { fitText } from '../lettering/fit-text.ts';
import { drawPrice } from './draw-price.ts';
import { brandLine, headline, MARGIN, type PosterDrawing, type PosterPage, placeInRoom } from './poster-page.ts';

/** Symmetrical: words centred above an arch, the garment in it, the price on a plate at its foot, points in columns. */
export async function stageLayout(page: PosterPage): Promise<PosterDrawing> {
  const { width, height, tone, params } = page;
  const inner = width - 2 * MARGIN;
  const top = MARGIN + (params.brand || params.badge ? 68 : 0);
  const words = headline(page, inner, { size: 80, colour: INK, align: 'middle' });
  const points = columnsOf(page, inner);
  const pointsTop = height - MARGIN - points.height;
  const floor = points.height > 0 ? pointsTop - 52 : height - MARGIN;
  const plate = plateOf(page, floor);
  const archTop = top + words.height + 52;
  const side = MARGIN + 64;
  const round = Math.min((width - 2 * side) / 2, (floor - archTop) * 0.6);
  const radius = page.garment.cut.top ? 36 : round;
  const arch = `<path d="M${side} ${floor}V${archTop + radius}Q${side} ${archTop} ${side + radius} ${archTop}H${width - side - radius}Q${width - side} ${archTop} ${width - side} ${archTop + radius}V${floor}Z" fill="${hexOf(WHITE)}" fill-opacity=".62"/>`;
  const layer = await placeInRoom(page, {
    left: side + 12,
    right: width - side - 12,
    top: archTop + 44,
    bottom: floor,
    gap: plate ? 132 : 48,
    edge: archTop,
  });
  const crown = [params.badge, params.brand].filter(Boolean).join('  ·  ');
  return {
    ground: paintBackdrop({ centre: tone.pale, edge: tone.soft, lightY: 0.45 }, width, height),
    under: arch,
    layers: [layer],
    over:
      brandLine({ ...page, params: { ...params, brand: crown } }, width / 2, MARGIN + 16, tone.deep, 'middle') +
      words.draw(width / 2, top) +
      plate +
      points.draw(pointsTop),
  };
}

/** The price in a rounded plate whose middle lies on the floor line's upper side. */
function plateOf({ width, face, params, tone }: PosterPage, floor: number): string {
  const price = drawPrice(face, params, { size: 72, colour: WHITE, faint: [228, 224, 220] });
  if (price.width === 0) return '';
  const [wide, high] = [price.width + 96, 104];
  const top = floor - high / 2 - 30;
  return (
    `<rect x="${(width - wide) / 2}" y="${top}" width="${wide}" height="${high}" rx="${high / 2}" fill="${hexOf(tone.deep)}"/>` +
    price.draw((width - price.width) / 2, top + high / 2 + 72 * 0.37)
  );
}

/** Up to four points side by side, divided by fine lines. */
function columnsOf(
  { face, params, tone }: PosterPage,
  inner: number,
): { height: number; draw: (top: number) => string } {
  const { points } = params;
  if (points.length === 0) return { height: 0, draw: () => '' };
  const column = inner / points.length;
  const room = { width: column - 32, maxLines: 2, minSize: 14, leading: 1.35 };
  const size = points.reduce(
    (least, point) => Math.min(least, fitText(face, point, { weight: 'regular', size: 30, colour: INK }, room).size),
    30,
  );
  const blocks = points.map((point) =>
    fitText(face, point, { weight: 'regular', size, colour: INK, align: 'middle' }, room),
  );
  const height = Math.max(...blocks.map((block) => block.height));
  return {
    height,
    draw: (top) =>
      blocks
        .map((block, i) => {
          const middle = MARGIN + (i + 0.5) * column;
          const rule =
            i === 0
              ? ''
              : `<path d="M${MARGIN + i * column} ${top - 4}v${height + 8}" stroke="${hexOf(tone.deep)}" stroke-opacity=".35" stroke-width="2"/>`;
          return rule + block.draw(middle, top + (height - block.height) / 2);
        })
        .join(''),
  };
}
