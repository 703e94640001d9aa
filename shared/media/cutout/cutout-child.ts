/** The entry of the cut-out's own process: `node cutout-child.js RESOURCES_FOLDER`, with an IPC channel. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutMarked } from './cut-marked.ts';
import { CUTOUT_RESOURCES, type CutoutReply, type CutoutRequest } from './cutout-messages.ts';
import { loadOpenCv, type OpenCv } from './open-cv.ts';
import { loadPersonModel, type PersonModel } from './person-model.ts';

interface Engines {
  cv: OpenCv;
  personModel: PersonModel;
}

/** OpenCV first: see the notes at both loaders on the globals that they look at. */
async function loadEngines(resources: string): Promise<Engines> {
  const { cv } = await loadOpenCv(join(resources, CUTOUT_RESOURCES.openCv.file));
  // opencv.js installs handlers of its own; a crash must end this process, so that the parent sees it.
  process.removeAllListeners('uncaughtException');
  process.removeAllListeners('unhandledRejection');
  const personModel = await loadPersonModel(
    join(resources, CUTOUT_RESOURCES.litertScript.file),
    join(resources, CUTOUT_RESOURCES.personModel.file),
  );
  return { cv, personModel };
}

async function answer(engines: Engines, request: CutoutRequest): Promise<CutoutReply> {
  const rgb = await readFile(request.rgbFile);
  const result = await cutMarked(engines, rgb, request);
  if (!result) return { kind: 'none', id: request.id };
  await writeFile(request.rgbaFile, result.rgba);
  const maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { kind: 'cut', id: request.id, seeds: result.seeds, score: result.score, maxRssMb };
}

process.once('disconnect', () => process.exit(0));
const engines = loadEngines(process.argv[2] ?? '');
process.on('message', async (request: CutoutRequest) => {
  const loaded = await engines;
  const reply = await answer(loaded, request).catch(
    (error: unknown): CutoutReply => ({ kind: 'failed', id: request.id, message: String(error) }),
  );
  process.send?.(reply);
});
