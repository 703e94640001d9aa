import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { compareCutouts } from './compare-cutouts.ts';
import { printComparison } from './print-comparison.ts';

/**
 * `npm run quality [-- FOLDER]`: the cut-out against the plain selector in the same run, on photos that have masks; a sheet
 * of all photos in dist/quality/. Ends with 1 when a goal is missed.
 */
const given = process.argv[2] ?? process.env['YIYING_PHOTOS'];
const folder = given && resolve(process.env['INIT_CWD'] ?? '.', given);
if (!folder || !existsSync(folder)) {
  process.stderr.write('quality: name a folder of photos (x.jpg) and masks (x.mask.png), or set YIYING_PHOTOS\n');
  process.exit(2);
}
process.exitCode = printComparison(await compareCutouts(folder)) ? 0 : 1;
