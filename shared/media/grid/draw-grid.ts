import sharp from 'sharp';
import { originOf, TEMPLATE_FLAG } from '../ai-label.ts';
import { type Colour, INK } from '../canvas/colour.ts';
import { encodeMarked } from '../canvas/encode-marked.ts';
import { paintPlain } from '../canvas/paint-backdrop.ts';
import { decodePhoto, type Pixels } from '../decode-photo.ts';
import { drawText } from '../lettering/draw-text.ts';
import { openTypeface } from '../lettering/open-typeface.ts';
import { MediaRefusal } from '../media-refusal.ts';
import type { RunProcessor } from '../processor.ts';
import { TEMPLATE_MARK } from '../storyboard/template-mark.ts';
import type { GridParams } from './grid-params.ts';

/** A shade below white, so that a white picture keeps its outline. */
const GROUND: Colour = [236, 236, 236];
const GAP = 16;
const MARGIN = 32;
const FOOTER = 72;
const PLAIN_MARK = { description: '图片拼图', tool: 'yiying grid' } as const;

/**
 * Pictures side by side, whole and unstretched. The last row may be short; a picture too many or a whole row
 * too few is refused, for leaving one out silently would be a lie.
 */
export const drawGrid: RunProcessor<GridParams> = async ({ inputs, params }, { mediaFolder }) => {
  const [columns, rows] = params.layout.split('x').map(Number) as [number, number];
  const pictures = inputs.filter(({ name }) => name === 'images');
  if (pictures.length > columns * rows || pictures.length <= columns * (rows - 1)) {
    throw new MediaRefusal('INPUT_CORRUPT', `images: ${pictures.length} do not fill a grid of ${params.layout}`);
  }
  const width = columns * params.cellWidth + (columns - 1) * GAP + 2 * MARGIN;
  let cellHeight = 0;
  const cells = [];
  for (const [i, { bytes }] of pictures.entries()) {
    const picture = await decodePhoto(bytes);
    if (i === 0) cellHeight = Math.round((params.cellWidth * picture.height) / picture.width);
    cells.push({
      input: await cell(picture, params.cellWidth, cellHeight),
      raw: { width: params.cellWidth, height: cellHeight, channels: 3 as const },
      left: MARGIN + (i % columns) * (params.cellWidth + GAP),
      top: MARGIN + Math.floor(i / columns) * (cellHeight + GAP),
    });
  }
  const height = rows * cellHeight + (rows - 1) * GAP + 2 * MARGIN + (params.template ? FOOTER - MARGIN : 0);
  const footer = params.template ? await templateFooter(mediaFolder, width, height) : undefined;
  const rgb = await sharp(paintPlain(GROUND, width, height), { raw: { width, height, channels: 3 } })
    .composite(footer ? [...cells, footer] : cells)
    .removeAlpha()
    .raw()
    .toBuffer();
  const own = params.template ? { mark: TEMPLATE_MARK, flags: [TEMPLATE_FLAG] } : { mark: PLAIN_MARK, flags: [] };
  const { mark, flags } = originOf(pictures, own);
  const bytes = await encodeMarked(rgb, width, height, mark);
  return [{ name: 'grid.jpg', contentType: 'image/jpeg', bytes, width, height, flags: [...flags] }];
};

const cell = ({ rgb, width, height }: Pixels, cellWidth: number, cellHeight: number): Promise<Buffer> =>
  sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(cellWidth, cellHeight, { fit: 'contain', background: '#f4f4f4' })
    .raw()
    .toBuffer();

/** The honest mark, at the lower left and in both languages. */
async function templateFooter(mediaFolder: string, width: number, height: number) {
  const face = await openTypeface(mediaFolder);
  const baseline = height - 28;
  const svg =
    drawText(face, TEMPLATE_MARK.description, MARGIN, baseline, { weight: 'bold', size: 26, colour: INK }) +
    drawText(face, 'Template storyboard · not AI-generated', width - MARGIN, baseline, {
      ...{ weight: 'regular' as const, size: 22, colour: INK, align: 'right' as const, opacity: 0.7 },
    });
  const input = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`);
  return { input, left: 0, top: 0 };
}
