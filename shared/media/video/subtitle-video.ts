import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { WHITE } from '../canvas/colour.ts';
import { fitText } from '../lettering/fit-text.ts';
import { openTypeface, type Typeface } from '../lettering/open-typeface.ts';
import type { RunProcessor } from '../processor.ts';
import type { Overlay } from './film-messages.ts';
import type { SubtitleParams } from './film-params.ts';
import { makeFilm, rateOf } from './make-film.ts';

/** Of the film's width: the text's size, the room that it has, the plate's margin around it. */
const SIZE = 0.056;
const MIN_SIZE = 0.036;
const ROOM = 0.8;
const PAD = 0.028;
/** Of the film's height, kept free at its foot or head: players lay their controls there. */
const SAFE = 0.08;

/** Lines of text over a film, one after another, by the font that ships. @throws MediaRefusal TEXT_NOT_DRAWABLE */
export const subtitleVideo: RunProcessor<SubtitleParams> = ({ inputs, params, limitMs }, services) =>
  makeFilm({ inputs, services, limitMs }, 'subtitled.mp4', async ({ clips, folder }) => {
    const [clip] = clips;
    if (!clip) throw new Error('a subtitle is laid over one clip');
    const framesPerSecond = rateOf(clip);
    const frames = Math.round(clip.seconds * framesPerSecond);
    const face = await openTypeface(services.mediaFolder);
    const lines = params.text.split('\n');
    const overlays: Overlay[] = [];
    for (const [n, line] of lines.entries()) {
      if (line.trim() === '') continue; // an empty line is a pause
      const from = Math.round((frames * n) / lines.length);
      const until = Math.round((frames * (n + 1)) / lines.length);
      const plate = await drawPlate(face, line.trim(), clip.width);
      const rgbaFile = join(folder, `line-${n}`);
      await writeFile(rgbaFile, plate.rgba);
      const { width, height } = plate;
      const top = params.place === 'top' ? SAFE * clip.height : clip.height * (1 - SAFE) - height;
      overlays.push({ rgbaFile, width, height, left: (clip.width - width) >> 1, top: Math.round(top), from, until });
    }
    return { width: clip.width, height: clip.height, framesPerSecond, fadeFrames: 0, overlays };
  });

/** White letters on a dark, rounded plate that is as wide as they are. */
async function drawPlate(face: Typeface, line: string, filmWidth: number) {
  const style = { weight: 'bold', size: filmWidth * SIZE, colour: WHITE, align: 'middle' } as const;
  const block = fitText(face, line, style, { width: filmWidth * ROOM, maxLines: 2, minSize: filmWidth * MIN_SIZE });
  const pad = Math.round(filmWidth * PAD);
  const wanted = Math.min(filmWidth * ROOM, face.measure(line, 'bold', block.size));
  const width = 2 * Math.ceil(wanted / 2 + pad);
  const height = Math.round(block.height + pad * 1.5);
  const text = block.draw(width / 2, Math.round((height - block.height) / 2));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" rx="${pad / 2}" fill="#000" fill-opacity="0.5"/>${text}</svg>`;
  const rgba = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  return { rgba, width, height };
}
