import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { buildMedia } from '../../build/build-media.ts';
import { forkTypeScript } from '../fork-process.ts';
import { median } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';

const [WIDTH, HEIGHT] = [3000, 4000];
const SHIRT = 'M38 4 L62 4 L98 22 L90 44 L74 36 L75 96 L25 96 L26 36 L10 44 L2 22 Z';
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Drawn {
  readonly frames: number;
  readonly tookMs: number;
  readonly maxRssMb: number;
}

/** A striped shirt of 12 MP on transparency. */
const cutShirt = (): Promise<Buffer> => {
  const stripes = `<pattern id="s" width="2" height="3" patternUnits="userSpaceOnUse"><rect width="2" height="3" fill="#2b4c8c"/><rect width="1" height="3" fill="#e8e4da"/></pattern>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none">${stripes}<path d="${SHIRT}" fill="url(#s)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
};

async function run({ rounds }: BenchSettings): Promise<RowResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-storyboard-'));
  try {
    await buildMedia(folder, ROOT);
    const cutoutFile = join(folder, 'cutout.png');
    await writeFile(cutoutFile, await cutShirt());
    const drawn: Drawn[] = [];
    for (let round = 0; round < rounds; round++) drawn.push(await drawOnce(cutoutFile, folder));
    const seconds = median(drawn.map(({ tookMs }) => tookMs)) / 1000;
    const rssMb = median(drawn.map(({ maxRssMb }) => maxRssMb));
    return [
      {
        ...{
          row: 'storyboard',
          against: 'twelve frames from a 12 MP cut-out, a process of its own',
          wall: null,
          cpu: null,
        },
        checks: [
          { what: 'seconds', value: seconds, rule: '≤', bound: 3.5 },
          { what: 'RSS MiB', value: rssMb, rule: '≤', bound: 250 },
        ],
        figures: [`${drawn[0]?.frames} frames: ${seconds.toFixed(1)} s, ${Math.round(rssMb)} MiB`],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With the one heap that serverless.yml gives image work. */
async function drawOnce(cutoutFile: string, mediaFolder: string): Promise<Drawn> {
  const program = fileURLToPath(new URL('../storyboard-process.ts', import.meta.url));
  const child = forkTypeScript(program, { MALLOC_ARENA_MAX: '1' }, [cutoutFile, mediaFolder]);
  try {
    return (await child.nextMessage()) as Drawn; // our own process's only message
  } finally {
    await child.stop();
  }
}

export const STORYBOARD_ROW: BenchRow = { name: 'storyboard', title: 'twelve frames of a template storyboard', run };
