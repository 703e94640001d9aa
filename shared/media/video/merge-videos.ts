import { MediaRefusal } from '../media-refusal.ts';
import type { RunProcessor } from '../processor.ts';
import type { VideoMergeParams } from './film-params.ts';
import { makeFilm, rateOf } from './make-film.ts';

/** A merged film is as long as its slowest reader has time for. */
const MAX_SECONDS = 60;

/** Clips one after another, cross-faded, as large and as fast as the first. */
export const mergeVideos: RunProcessor<VideoMergeParams> = ({ inputs, params, limitMs }, services) =>
  makeFilm({ inputs, services, limitMs }, 'merged.mp4', ({ clips }) => {
    const [first] = clips;
    if (!first) throw new Error('a merge takes clips');
    const seconds = clips.reduce((sum, clip) => sum + clip.seconds, 0);
    if (seconds > MAX_SECONDS) throw new MediaRefusal('INPUT_TOO_LARGE', `video: ${seconds} s together`);
    const { width, height } = first;
    const framesPerSecond = rateOf(first);
    const shortest = Math.min(...clips.map((clip) => clip.seconds));
    const fadeSeconds = params.transition === 'cut' ? 0 : Math.min(params.fadeSeconds, shortest * 0.4);
    return { width, height, framesPerSecond, fadeFrames: Math.round(fadeSeconds * framesPerSecond), overlays: [] };
  });
