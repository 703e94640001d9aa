import type { AppMessage } from './app-messages.ts';
import type { Say } from './use-text.ts';

const NAMES: Readonly<Record<string, AppMessage>> = {
  'cutout.png': 'outCutout',
  'white.jpg': 'outWhite',
  'enhanced.jpg': 'outEnhanced',
  'grid.jpg': 'outGrid',
  'poster.jpg': 'outPoster',
  'video.mp4': 'outVideo',
  'cover.jpg': 'outCover',
  'copy.txt': 'outCopy',
  'copy.json': 'outCopyData',
  'platform-report.json': 'outReport',
  '*': 'outEach',
};

/** What a result is called; its file's own name when it is a new kind. */
export function outputName(name: string, say: Say): string {
  const message = NAMES[name];
  return message ? say(message) : name;
}
