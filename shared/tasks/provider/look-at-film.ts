import { EngineFailure, type ResultPlace } from '../../engines/engine.ts';
import { freeSlot } from '../../engines/engine-slots.ts';
import { resultFileOf } from '../../engines/result-files.ts';
import { readPlan } from '../../features/plan.ts';
import { MediaRefusal } from '../../media/media-refusal.ts';
import { refuseObject } from '../../moderation/content-refusals.ts';
import { type FilmModerator, ModerationUnavailable } from '../../moderation/moderator.ts';
import { noteCheck, type ProviderJob } from './provider-jobs.ts';
import { readResult } from './read-result.ts';
import type { ProviderServices } from './run-provider-unit.ts';

/** Where a film lies while it is looked at: written once, by this attempt alone, so what was looked at is what is used. */
const keyOf = ({ taskId, leaseId }: ProviderJob): string => `vendor/${taskId}/${leaseId}-film.mp4`;

/** Of a job whose film is being looked at, its own engine need not be asked any more. */
export const filmOf = (job: ProviderJob): ResultPlace | undefined =>
  job.checkId === '' ? undefined : { key: keyOf(job) };

/**
 * Has a film looked at, also one that only later steps will see: what they make of it is not looked at again. The engine's place is free
 * from the beginning of it.
 * @returns where the film is that was looked at; undefined: the check is under way @throws MediaRefusal CONTENT_REFUSED; ModerationUnavailable, and
 * it is asked about again; EngineFailure for what is no film
 */
export async function lookAtFilm(
  services: ProviderServices,
  job: ProviderJob,
  result: ResultPlace,
): Promise<ResultPlace | undefined> {
  const { filmModerator, db, objects, clock } = services;
  const file = resultFileOf(readPlan(job.pipelineJson)[job.step]?.processor);
  if (!filmModerator || file.kind !== 'film') return result;
  if (job.checkId !== '') return judged(services, filmModerator, job);
  const key = keyOf(job);
  const { bytes, contentType } = await readResult(objects, result, file);
  await objects.put(key, bytes, contentType);
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
      await objects.delete(key);
      throw new EngineFailure(`FilmNotCheckable.${verdict.code}`, true);
    case 'lost':
      await noteCheck(db, job.leaseId, '');
      throw new ModerationUnavailable(verdict.code);
  }
}
