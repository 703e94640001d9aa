import { TEMPLATE_FLAG } from '../ai-label.ts';
import { composeScene } from '../canvas/compose-scene.ts';
import { encodeMarked } from '../canvas/encode-marked.ts';
import { openTypeface } from '../lettering/open-typeface.ts';
import { oneInput, type RunProcessor } from '../processor.ts';
import { readGarment } from '../storyboard/garment.ts';
import { toneOf } from '../storyboard/tone-of.ts';
import { labelledAnew } from '../watermark/draw-ai-label.ts';
import { bannerLayout } from './banner-layout.ts';
import { galleryLayout } from './gallery-layout.ts';
import type { PosterDrawing, PosterPage } from './poster-page.ts';
import type { PosterParams } from './poster-params.ts';
import { stageLayout } from './stage-layout.ts';

const POSTER_MARK = { description: '模板海报 · 非 AI 生成', tool: 'yiying template-poster' } as const;

const SIZES = { portrait: [1080, 1440], square: [1080, 1080], story: [1080, 1920] } as const;

const LAYOUTS: Readonly<Record<PosterParams['layout'], (page: PosterPage) => Promise<PosterDrawing>>> = {
  gallery: galleryLayout,
  banner: bannerLayout,
  stage: stageLayout,
};

/** A poster of the merchant's own words. Throws MediaRefusal TEXT_NOT_DRAWABLE for words that the font lacks or that do not fit. */
export const drawPoster: RunProcessor<PosterParams> = async ({ inputs, params }, { mediaFolder }) => {
  const garment = await readGarment(oneInput(inputs, 'cutout'), 'auto');
  const face = await openTypeface(mediaFolder);
  const [width, height] = SIZES[params.size];
  const drawing = await LAYOUTS[params.layout]({ width, height, face, garment, params, tone: toneOf(garment) });
  const rgb = await composeScene({ width, height, ...drawing });
  const labelled = await labelledAnew({ rgb, width, height }, inputs, mediaFolder);
  const bytes = await encodeMarked(labelled, width, height, POSTER_MARK, 90);
  return [{ name: 'poster.jpg', contentType: 'image/jpeg', bytes, width, height, flags: [TEMPLATE_FLAG] }];
};
