import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { readConfig } from '../../shared/config/read-config.ts';
import { MODEL_CONFIG, readModel } from '../../shared/media/onnx/model-setting.ts';
import { compareCutouts } from './compare-cutouts.ts';
import { measureModel, printModel } from './measure-model.ts';
import { printComparison } from './print-comparison.ts';

/**
 * `npm run quality [-- FOLDER]`: the cut-out against the plain selector in the same run, on photos that have masks; a sheet
 * of all photos in dist/quality/. Ends with 1 when a goal is missed. With CUTOUT_MODEL, CUTOUT_MODEL_PATH and CUTOUT_RUNTIME_PATH set, the
 * operator's own model on the same photos.
 */
const given = process.argv[2] ?? process.env['YIYING_PHOTOS'];
const folder = given && resolve(process.env['INIT_CWD'] ?? '.', given);
if (!folder || !existsSync(folder)) {
  process.stderr.write('quality: name a folder of photos (x.jpg) and masks (x.mask.png), or set YIYING_PHOTOS\n');
  process.exit(2);
}
process.exitCode = printComparison(await compareCutouts(folder)) ? 0 : 1;
const config = readConfig(z.object(MODEL_CONFIG));
const model = readModel(config, config.CUTOUT_MODEL !== undefined);
if (model) printModel(model, await measureModel(folder, model));
