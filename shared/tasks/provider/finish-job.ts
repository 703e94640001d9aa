import type { JobState } from '../../engines/engine.ts';
import { noteEngineSuccess } from '../../engines/engine-breakers.ts';
import { freeSlot } from '../../engines/engine-slots.ts';
import { pinnedKey } from '../../engines/pin-picture.ts';
import { resultFileOf } from '../../engines/result-files.ts';
import { type Plan, readPlan } from '../../features/plan.ts';
import { newId } from '../../id.ts';
import { hasAiLabel } from '../../media/ai-label.ts';
import { labelledAi } from '../../media/carry-ai-label.ts';
import { moderateOutputs } from '../moderate-outputs.ts';
import { isOfAi } from '../read-task.ts';
import { readTaskFiles } from '../read-task-files.ts';
import { resolveWork } from '../resolve-work.ts';
import { startNext } from '../run-unit.ts';
import { removeFiles, storeFiles } from '../store-files.ts';
import { finishUnit, type Lease, type StoredOutput } from '../unit-procedures.ts';
import { removeFilm } from './look-at-film.ts';
import { endJob, type ProviderJob } from './provider-jobs.ts';
import { readObject, readResult } from './read-result.ts';
import type { ProviderServices } from './run-provider-unit.ts';

type Done = Extract<JobState, { state: 'done' }>;

/**
 * Copies what the engine has made and finishes its unit under the job's lease. The copy is under an id of this poller alone: another one
 * has the same lease, and what either deletes must not be what the other has finished with.
 * @throws EngineFailure for a result that is none; MediaRefusal for one that is refused; ModerationUnavailable, and it is looked at again
 */
export async function finishJob(
  services: ProviderServices,
  job: ProviderJob,
  done: Done,
): Promise<'finished' | 'dropped'> {
  const { db, clock, objects } = services;
  const plan = readPlan(job.pipelineJson);
  const made = await readResult(objects, done.result, resultFileOf(plan[job.step]?.processor));
  const bearsLabel = made.flags.includes('ai') || (await isMadeOfAi(services, job, plan));
  const files = [bearsLabel ? labelledAi(made) : made];
  const own: Lease = { ...job, leaseId: newId('lse_', clock()) };
  let outputs: StoredOutput[];
  try {
    outputs = await storeFiles(objects, own, files);
    await moderateOutputs(services, { lease: job, merchantId: job.merchantId, plan }, outputs, clock());
  } catch (error) {
    await removeFiles(objects, own, files);
    throw error;
  }
  const outcome = await finishUnit(db, job, outputs, clock());
  if (outcome === 'lost') await removeFiles(objects, own, files);
  await startNext(services, job, plan, outcome);
  await removeOriginal(services, done);
  await removeFilm(services, job);
  await endJob(db, job.leaseId, outcome === 'lost' ? 'dropped' : 'done', '', clock());
  await freeSlot(db, job.engine, job.leaseId, clock());
  await noteEngineSuccess(db, job.engine);
  return outcome === 'lost' ? 'dropped' : 'finished';
}

/**
 * An engine that only enlarges, say, hands on the origin of what it was given: of an upload the copy that was pinned for it, for the upload may
 * be another by now, and is not ours to read here.
 */
async function isMadeOfAi({ db, objects }: ProviderServices, job: ProviderJob, plan: Plan): Promise<boolean> {
  const files = await readTaskFiles(db, job, job.formJson);
  const { pictures } = resolveWork(plan, job.step, job.unit, files);
  if (pictures.some(({ key }) => isOfAi(files.outputs, key))) return true;
  for (const { name, etag } of pictures) {
    if (etag === undefined) continue;
    if (hasAiLabel(await readObject(objects, pinnedKey(job.taskId, job.leaseId, name)))) return true;
  }
  return false;
}

/** The vendor's own copy, where it is in our bucket. */
export async function removeOriginal({ objects }: ProviderServices, { result }: Done): Promise<void> {
  if ('key' in result) await objects.delete(result.key);
}
