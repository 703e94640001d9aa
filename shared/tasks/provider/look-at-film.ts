import { EngineFailure, type ResultPlace } from '../../engines/engine.ts';
import { freeSlot, holdSlot } from '../../engines/engine-slots.ts';
import { makesFilm, resultFileOf } from '../../engines/result-files.ts';
import { readPlan } from '../../features/plan.ts';
import { MediaRefusal } from '../../media/media-refusal.ts';
import { refuseObject } from '../../moderation/content-refusals.ts';
import { type FilmModerator, ModerationUnavailable } from '../../moderation/moderator.ts';
import { lengthenLease, noteCheck, type ProviderJob } from './provider-jobs.ts';
import { readResult } from './read-result.ts';
import type { ProviderServices } from './run-provider-unit.ts';

/** As long as the vendor may read the film (tencent-vm.ts). Where the task's deadline comes first, the task ends with it. */
const CHECK_MS = 1_800_000;
/** No right, or a request that it does not take: the vendor would say it again. https://cloud.tencent.com/document/api/1265/80017 */
const LASTING = /^((AuthFailure\.)?UnauthorizedOperation|InvalidParameter)/;
export const isLasting = ({ code }: ModerationUnavailable): boolean => LASTING.test(code);

/** Where a film lies while it is looked at: written once, by this attempt alone, so what was looked at is what is used. */
const keyOf = ({ taskId, leaseId }: ProviderJob): string => `vendor/${taskId}/${leaseId}-film.mp4`;

const processorOf = ({ pipelineJson, step }: ProviderJob): string | undefined =>
  readPlan(pipelineJson)[step]?.processor;
export const isOfFilm = (job: ProviderJob): boolean => makesFilm(processorOf(job));

/** A job that ends leaves no copy, whether a check of it was begun or not. */
export async function removeFilm({ objects }: ProviderServices, job: ProviderJob): Promise<void> {
  if (isOfFilm(job)) await objects.delete(keyOf(job));
}

/** Of a job whose film is being looked at, its own engine need not be asked any more. */
export const filmOf = (job: ProviderJob): ResultPlace | undefined =>
  job.checkId === '' ? undefined : { key: keyOf(job) };

/**
 * Has a film looked at, also one that only later steps will see: what they make of it is not looked at again. Once it is copied the unit is
 * held as long as a check may take, for at the lease's end another film would be bought. The engine's place is free from the check's beginning.
 * @returns where the film is that was looked at; undefined: the check is under way @throws MediaRefusal CONTENT_REFUSED; ModerationUnavailable, and
 * it is asked about again; EngineFailure for what is no film
 */
export async function lookAtFilm(
  services: ProviderServices,
  job: ProviderJob,
  result: ResultPlace,
): Promise<ResultPlace | undefined> {
  const { filmModerator, db, objects, clock } = services;
  if (!filmModerator || !isOfFilm(job)) return result;
  if (job.checkId !== '') return judged(services, filmModerator, job);
  const key = keyOf(job);
  const { bytes, contentType } = await readResult(objects, result, resultFileOf(processorOf(job)));
  await objects.put(key, bytes, contentType);
  await lengthenLease(db, job, clock() + CHECK_MS);
  await holdSlot(db, job.engine, job.leaseId, clock() + CHECK_MS);
  const checkId = await filmModerator.begin({ key, dataId: job.leaseId, nowMs: clock() });
  await noteCheck(db, job.leaseId, checkId);
  await freeSlot(db, job.engine, job.leaseId, clock());
  return undefined;
}

async function judged(
  { db, objects, clock }: ProviderServices,
  filmModerator: FilmModerator,
  job: ProviderJob,
): Promise<ResultPlace | undefined> {
  const key = keyOf(job);
  const verdict = await filmModerator.verdict(job.checkId, clock());
  switch (verdict.kind) {
    case 'running':
      return undefined;
    case 'passed':
      return { key };
    case 'refused':
      await refuseObject({ db, objects }, { key, merchantId: job.merchantId, taskId: job.taskId }, verdict, clock());
      throw new MediaRefusal('CONTENT_REFUSED', 'film');
    case 'uncheckable':
      throw new EngineFailure(`FilmNotCheckable.${verdict.code}`, true);
    case 'lost':
      await noteCheck(db, job.leaseId, '');
      throw new ModerationUnavailable(verdict.code);
  }
}
