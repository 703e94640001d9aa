import type { JobState } from '../../engines/engine.ts';
import { noteEngineSuccess } from '../../engines/engine-breakers.ts';
import { freeSlot } from '../../engines/engine-slots.ts';
import { resultFileOf } from '../../engines/result-files.ts';
import { readPlan } from '../../features/plan.ts';
import { newId } from '../../id.ts';
import { moderateOutputs } from '../moderate-outputs.ts';
import { startNext } from '../run-unit.ts';
import { removeFiles, storeFiles } from '../store-files.ts';
import { finishUnit, type Lease, type StoredOutput } from '../unit-procedures.ts';
import { removeFilm } from './look-at-film.ts';
import { endJob, type ProviderJob } from './provider-jobs.ts';
import { readResult } from './read-result.ts';
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
  const files = [await readResult(objects, done.result, resultFileOf(plan[job.step]?.processor))];
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

/** The vendor's own copy, where it is in our bucket. */
export async function removeOriginal({ objects }: ProviderServices, { result }: Done): Promise<void> {
  if ('key' in result) await objects.delete(result.key);
}
