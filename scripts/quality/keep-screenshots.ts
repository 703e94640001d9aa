import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** As the browser tests name them, and how much of a long page is shown. */
const KEPT = [
  ['landing-1280', 900],
  ['task-1280', 1500],
  ['create-filled-1280', 900],
  ['task-360', 860],
  ['dark-task-1280', 1200],
  ['inspector-1280', 860],
  ['library-1280', 860],
  ['console-overview-1280', 1200],
] as const;

/** `npx tsx scripts/quality/keep-screenshots.ts`, after `npm test -- --only browser`: the README's pictures. */
async function keepScreenshots(): Promise<void> {
  const folder = join(ROOT, 'docs/screenshots');
  await mkdir(folder, { recursive: true });
  for (const [name, maxHeight] of KEPT) {
    const shot = sharp(join(ROOT, 'dist/screenshots', `${name}.jpeg`));
    const { width, height } = await shot.metadata();
    const part = shot.extract({ left: 0, top: 0, width, height: Math.min(height, maxHeight) });
    await writeFile(join(folder, `${name}.webp`), await part.webp({ quality: 82 }).toBuffer());
  }
}

await keepScreenshots();
