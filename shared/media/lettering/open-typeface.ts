import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
// oxlint-disable-next-line import/default -- Node and the bundler take its CommonJS file, whose exports are the default
import opentype, { type Font, type PathCommand } from 'opentype.js';
import { MediaRefusal } from '../media-refusal.ts';
import { FONT_RESOURCES, type FontWeight } from './font-files.ts';

/** A line of text as outlines. */
export interface TextLine {
  /** SVG path data with the baseline's left end at (0, 0). */
  readonly path: string;
  readonly width: number;
}

/** Both weights of the font. Sizes and tracking are pixels. */
export interface Typeface {
  /** Throws MediaRefusal TEXT_NOT_DRAWABLE when the font lacks a character: nothing is drawn as an empty box. */
  setLine(text: string, weight: FontWeight, size: number, tracking?: number): TextLine;
  measure(text: string, weight: FontWeight, size: number, tracking?: number): number;
  /** The characters that the font has no shape for, each once. */
  missing(text: string): string[];
}

const open = new Map<string, Promise<Typeface>>();

/** Reads the fonts once an instance: 0.2 s. */
export function openTypeface(mediaFolder: string): Promise<Typeface> {
  const known = open.get(mediaFolder);
  if (known) return known;
  const opening = readTypeface(mediaFolder);
  open.set(mediaFolder, opening);
  opening.catch(() => open.delete(mediaFolder));
  return opening;
}

async function readTypeface(mediaFolder: string): Promise<Typeface> {
  const read = async (weight: FontWeight): Promise<Font> => {
    // A file's own buffer: a second copy of 8 MB is not made. Small files might share Node's pool; these never do.
    const { buffer } = await readFile(join(mediaFolder, FONT_RESOURCES[weight].file));
    return opentype.parse(buffer, { lowMemory: true });
  };
  const fonts = { regular: await read('regular'), bold: await read('bold') };
  const missing = (text: string): string[] => [
    ...new Set([...text].filter((character) => fonts.bold.charToGlyphIndex(character) === 0)),
  ];
  const measure = (text: string, weight: FontWeight, size: number, tracking = 0): number =>
    fonts[weight].getAdvanceWidth(text, size) + tracking * Math.max(0, [...text].length - 1);
  return {
    missing,
    measure,
    setLine(text, weight, size, tracking = 0) {
      const lacking = missing(text);
      if (lacking.length > 0) throw new MediaRefusal('TEXT_NOT_DRAWABLE', lacking.map(describe).join(', '));
      const options = { letterSpacing: tracking / size };
      const path = pathData(fonts[weight].getPath(text, 0, 0, size, options).commands);
      return { path, width: measure(text, weight, size, tracking) };
    },
  };
}

/** Not the library's own toPathData: it writes NaN for values such as 1e-14, and the rest of the line is lost. */
const pathData = (commands: readonly PathCommand[]): string => commands.map(pathCommand).join('');

function pathCommand(command: PathCommand): string {
  switch (command.type) {
    case 'Z':
      return 'Z';
    case 'C':
      return `C${numbers(command.x1, command.y1, command.x2, command.y2, command.x, command.y)}`;
    case 'Q':
      return `Q${numbers(command.x1, command.y1, command.x, command.y)}`;
    default:
      return `${command.type}${numbers(command.x, command.y)}`;
  }
}

const numbers = (...values: readonly number[]): string => values.map((value) => Number(value.toFixed(2))).join(' ');

const describe = (character: string): string =>
  `${character} (U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`;
