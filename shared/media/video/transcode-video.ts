import { encodeMarked } from '../canvas/encode-marked.ts';
import type { RunProcessor } from '../processor.ts';
import type { TranscodeParams } from './film-params.ts';
import { makeFilm, rateOf, takeFrame } from './make-film.ts';
import { filmOrigin } from './video-mark.ts';

const SHORT_SIDE = { '720p': 720, '480p': 480, preview: 480 } as const;
const PREVIEW_SECONDS = 3;

const even = (value: number): number => Math.max(16, Math.round(value / 2) * 2);

/** A film at another size, its first seconds, or its cover. */
export const transcodeVideo: RunProcessor<TranscodeParams> = async ({ inputs, params, limitMs }, services) => {
  const call = { inputs, services, limitMs };
  const { to, atSeconds } = params;
  if (to === 'cover') {
    const { rgb, width, height } = await takeFrame(call, atSeconds);
    const { mark, flags } = filmOrigin(inputs);
    const bytes = await encodeMarked(rgb, width, height, mark);
    return [{ name: 'cover.jpg', contentType: 'image/jpeg', bytes, width, height, flags: [...flags] }];
  }
  return makeFilm(call, `${to}.mp4`, ({ clips }) => {
    const [clip] = clips;
    if (!clip) throw new Error('a film is made of one clip');
    const scale = Math.min(1, SHORT_SIDE[to] / Math.min(clip.width, clip.height));
    const framesPerSecond = rateOf(clip);
    return {
      ...{ width: even(clip.width * scale), height: even(clip.height * scale), framesPerSecond },
      ...{ fadeFrames: 0, overlays: [], ...(to === 'preview' && { maxFrames: PREVIEW_SECONDS * framesPerSecond }) },
    };
  });
};
