/** The entry of the cut-out's own process: `node cutout-child.js RESOURCES_FOLDER [MODEL]`, with an IPC channel. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePictures } from '../free-pictures.ts';
import { findByModel } from '../onnx/find-by-model.ts';
import type { ModelSetting } from '../onnx/model-setting.ts';
import { openModel } from '../onnx/open-model.ts';
import { cutMarked } from './cut-marked.ts';
import type { FindGarment } from './cut-out.ts';
import { CUTOUT_RESOURCES, type CutoutReply, type CutoutRequest } from './cutout-messages.ts';
import { findEmbedded } from './find-embedded.ts';
import { loadOpenCv, type OpenCv } from './open-cv.ts';
import { loadPersonModel } from './person-model.ts';

const [resources = '', model] = process.argv.slice(2);

let openCv: Promise<{ cv: OpenCv }> | undefined;
function loadCv(): Promise<{ cv: OpenCv }> {
  openCv ??= loadOpenCv(join(resources, CUTOUT_RESOURCES.openCv.file)).then((loaded) => {
    // opencv.js installs handlers of its own; a crash must end this process, so that the parent sees it.
    process.removeAllListeners('uncaughtException');
    process.removeAllListeners('unhandledRejection');
    return loaded;
  });
  return openCv;
}

/** OpenCV first: see the notes at both loaders on the globals that they look at. */
async function loadEmbedded(): Promise<FindGarment> {
  const { cv } = await loadCv();
  const personModel = await loadPersonModel(
    join(resources, CUTOUT_RESOURCES.litertScript.file),
    join(resources, CUTOUT_RESOURCES.personModel.file),
  );
  return findEmbedded(cv, personModel);
}

async function loadModel(json: string): Promise<FindGarment> {
  return findByModel(await openModel(JSON.parse(json) as ModelSetting), loadCv); // of the parent's making
}

async function answer(find: FindGarment, request: CutoutRequest): Promise<CutoutReply> {
  const rgb = await readFile(request.rgbFile);
  const result = await cutMarked(find, rgb, request);
  if (!result) return { kind: 'none', id: request.id };
  await writeFile(request.rgbaFile, result.rgba);
  const maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { kind: 'cut', id: request.id, seeds: result.seeds, score: result.score, maxRssMb };
}

process.once('disconnect', () => process.exit(0));
let finder = model === undefined ? loadEmbedded() : loadModel(model);
// Told with the request that meets it.
if (model !== undefined) finder.catch(() => undefined);
process.on('message', async (request: CutoutRequest) => {
  const failed = (error: unknown): CutoutReply => ({ kind: 'failed', id: request.id, message: String(error) });
  const find = await (model === undefined ? finder : finder.catch(failed));
  if ('kind' in find) {
    // A file that is not whole yet, or a file system that is away, may be there the next time.
    finder = loadModel(model ?? '');
    finder.catch(() => undefined);
    process.send?.(find);
    return;
  }
  process.send?.(await answer(find, request).catch(failed));
  freePictures();
});
