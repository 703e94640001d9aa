import sharp from 'sharp';
import type { GarmentPattern, Mark } from './garment-pattern.ts';
import { smoothPath } from './outline.ts';

/** The garment seen flat from above, before the camera: 4 bytes a pixel each. */
export interface GarmentLayers {
  /** Colour and coverage. */
  colour: Buffer;
  /** Red: how far it lies above the ground. Green: 1 + the number of the piece, hard-edged; after the last piece's comes that of buttons and cords. */
  relief: Buffer;
}

/** Lays the garment in the middle of the picture. */
export async function renderLayers(pattern: GarmentPattern, width: number, height: number): Promise<GarmentLayers> {
  const paths = pattern.pieces.map(({ outline }) => smoothPath(outline));
  const colours = pattern.pieces.map(({ colour }, i) => `<path d="${paths[i]}" fill="${colour}"/>`);
  const levels = pattern.pieces.map(({ level }, i) => `<path d="${paths[i]}" fill="rgb(${level},0,0)"/>`);
  const pieces = paths.map((d, i) => `<path d="${d}" fill="rgb(0,${i + 1},0)" shape-rendering="crispEdges"/>`);
  const sewnOn = pattern.marks
    .filter(({ kind }) => kind === 'cord' || kind === 'button')
    .map(markLevel)
    .map((shape) =>
      shape.replaceAll('#f00', `rgb(0,${pieces.length + 1},0)`).replace('/>', ' shape-rendering="crispEdges"/>'),
    );
  const [colour, level, piece] = await Promise.all([
    renderSvg([...colours, ...pattern.marks.map(markColour)], width, height),
    renderSvg([...levels, ...pattern.marks.map(markLevel)], width, height),
    renderSvg([...pieces, ...sewnOn], width, height),
  ]);
  for (let i = 1; i < level.length; i += 4) level[i] = piece[i]!;
  return { colour, relief: level };
}

/** Raw RGBA of shapes whose unit is a thousandth of the picture's width, counted from its middle. */
export function renderSvg(
  shapes: readonly string[],
  width: number,
  height: number,
  unit = unitPixels(width, height),
): Promise<Buffer> {
  const place = `translate(${width / 2} ${height / 2}) scale(${unit})`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g transform="${place}">${shapes.join('')}</g></svg>`;
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

/** Pixels per unit: the layout is made for 3:4 and shrinks into other shapes. */
export const unitPixels = (width: number, height: number): number => Math.min(width / 1000, height / 1333);

function markColour({ line, kind, width, colour }: Mark): string {
  const d = smoothPath(line, 'open');
  if (kind === 'seam') return stroke(d, `stroke="${colour}" stroke-width="${width * 0.6}" stroke-opacity="0.75"`);
  if (kind === 'stitch') {
    return stroke(d, `stroke="${colour}" stroke-width="${width}" stroke-dasharray="3.4 3.4" stroke-opacity="0.9"`);
  }
  if (kind === 'cord') return stroke(d, `stroke="${colour}" stroke-width="${width}"`);
  const [x, y] = line[0]!;
  const r = width / 2;
  const hole = (dx: number, dy: number) =>
    `<circle cx="${x + dx * r}" cy="${y + dy * r}" r="${r * 0.14}" fill="#3b3029"/>`;
  const holes = width > 10 ? [hole(0.24, 0.24), hole(-0.24, 0.24), hole(0.24, -0.24), hole(-0.24, -0.24)].join('') : '';
  return (
    `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/>` +
    `<circle cx="${x}" cy="${y}" r="${r * 0.68}" fill="none" stroke="#000" stroke-opacity="0.2" stroke-width="${r * 0.16}"/>${holes}`
  );
}

function markLevel({ line, kind, width }: Mark): string {
  const d = smoothPath(line, 'open');
  if (kind === 'seam') return stroke(d, `stroke="#000" stroke-opacity="0.2" stroke-width="${width}"`);
  if (kind === 'stitch') return stroke(d, `stroke="#000" stroke-opacity="0.1" stroke-width="${width * 1.6}"`);
  if (kind === 'cord') return stroke(d, `stroke="#f00" stroke-width="${width}"`);
  return `<circle cx="${line[0]![0]}" cy="${line[0]![1]}" r="${width / 2}" fill="#f00"/>`;
}

const stroke = (d: string, style: string): string =>
  `<path d="${d}" fill="none" stroke-linecap="round" stroke-linejoin="round" ${style}/>`;
