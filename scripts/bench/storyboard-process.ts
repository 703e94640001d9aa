import { readFile } from 'node:fs/promises';
import { runProcessor } from '../../shared/media/run-processor.ts';

/** One storyboard of a ready cut-out, as a step's instance draws it: `storyboard-process.ts CUTOUT MEDIA_FOLDER`. */
const [, , cutoutFile = '', mediaFolder = ''] = process.argv;
const bytes = await readFile(cutoutFile);
const startMs = performance.now();
const cutout = {
  cutOut: () => Promise.reject(new Error('it is cut out')),
  close: () => Promise.resolve(),
  pid: undefined,
};
const call = { inputs: [{ name: 'cutout', bytes }], params: {} };
const frames = await runProcessor('storyboard-template', call, { mediaFolder, cutout });
const maxRssMb = process.resourceUsage().maxRSS / 1024;
process.send?.({ frames: frames.length, tookMs: performance.now() - startMs, maxRssMb });
