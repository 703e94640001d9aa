import * as z from 'zod/mini';
import { drawableText } from '../lettering/drawable-text.ts';

/** As large as the first clip; others stand in its middle. */
export const videoMergeParams = z.object({
  transition: z._default(z.enum(['fade', 'cut']), 'fade'),
  fadeSeconds: z._default(z.number().check(z.minimum(0.2), z.maximum(1.5)), 0.5),
});
export type VideoMergeParams = z.infer<typeof videoMergeParams>;

const MAX_LINES = 12;

/** A line of the text is one subtitle; each is shown for an equal part of the film. */
export const subtitleParams = z.object({
  text: drawableText(400).check(
    z.minLength(1),
    z.refine((text) => text.split('\n').length <= MAX_LINES, { error: `at most ${MAX_LINES} lines` }),
  ),
  place: z._default(z.enum(['bottom', 'top']), 'bottom'),
});
export type SubtitleParams = z.infer<typeof subtitleParams>;

/** `720p` and `480p` are the shorter side, never enlarged; a preview is the first three seconds at 480p; a cover is a picture. */
export const transcodeParams = z.object({
  to: z._default(z.enum(['720p', '480p', 'preview', 'cover']), '720p'),
  /** Where the cover is taken; a shorter film gives its last frame. */
  atSeconds: z._default(z.number().check(z.minimum(0), z.maximum(60)), 1),
});
export type TranscodeParams = z.infer<typeof transcodeParams>;
