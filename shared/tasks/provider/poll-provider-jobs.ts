import { EngineFailure, type JobState } from '../../engines/engine.ts';
import { noteEngineFailure } from '../../engines/engine-breakers.ts';
import { countFreeSlots, freeSlot, holdsSlot } from '../../engines/engine-slots.ts';
import type { OpenEngine } from '../../engines/open-engines.ts';
import { isGone } from '../../engines/tencent-failure.ts';
import { readPlan } from '../../features/plan.ts';
import { MediaRefusal } from '../../media/media-refusal.ts';
import { ModerationUnavailable } from '../../moderation/moderator.ts';
import { sideBySide } from '../../side-by-side.ts';
import { type NotMoved, type OnMoved, traced, unheard } from '../../timer/work-moved.ts';
import { startNext } from '../run-unit.ts';
import { writeWorkObject } from '../work-objects.ts';
import { passedOn } from './choose-engine.ts';
import { failAttempt } from './fail-attempt.ts';
import { finishJob, removeOriginal } from './finish-job.ts';
import { filmOf, isLasting, isOfFilm, lookAtFilm, removeFilm } from './look-at-film.ts';
import {
  dueJobs,
  endJob,
  forgetEnded,
  leaveQueue,
  lookAgainAt,
  type ProviderJob,
  readQueue,
  takeJob,
} from './provider-jobs.ts';
import type { ProviderServices } from './run-provider-unit.ts';

export interface Polled {
  readonly finished: number;
  readonly failedJobs: number;
  readonly dropped: number;
  readonly running: number;
  readonly woken: number;
  readonly failures: readonly NotMoved[];
}

interface Tick {
  /** What nobody can look at now. A vendor that hangs costs half a minute a job, and the function has one: it is not asked again. */
  readonly unlooked: Set<'film' | 'picture'>;
}

export const PAGE = 40;
export const SIDE_BY_SIDE = 4;
const EVERY_MS = 5_000;
/** A poller that dies leaves its job to the next one after this. */
const POLL_LEASE_MS = 60_000;
/** Half of what the one waits that was asked: if only that one can never be looked at, it is not there the next time. */
const UNASKED_MS = 30_000;

/**
 * Calls those who wait for a free place, asks the engines about what they were given, and fetches what is done.
 * @param onMoved told of each job that has ended, for the log
 */
export async function pollProviderJobs(services: ProviderServices, onMoved: OnMoved = unheard): Promise<Polled> {
  const counts = { finished: 0, failedJobs: 0, dropped: 0, running: 0 };
  const failures: NotMoved[] = [];
  let woken = 0;
  const wake = async (): Promise<void> => {
    for (const engine of services.engines) {
      await wakeWaiting(services, engine).then(
        (units) => {
          woken += units;
        },
        (error: unknown) => failures.push({ error, engine: engine.name }),
      );
    }
  };
  // First: the jobs may take all the time that there is.
  await wake();
  const tick: Tick = { unlooked: new Set() };
  await sideBySide(await dueJobs(services.db, services.clock(), PAGE), SIDE_BY_SIDE, async (job) => {
    const { taskId, step, unit, engine, trace } = job;
    const named = { taskId, step, unit, engine, ...traced(trace) };
    try {
      const did = await pollJob(services, job, tick);
      if (did) counts[did] += 1;
      if (did && did !== 'running') onMoved({ did, ...named });
    } catch (error) {
      failures.push({ error, ...named });
    }
  });
  // Whose place was given back now need not stand empty until the next tick.
  if (counts.finished + counts.failedJobs + counts.dropped > 0) await wake();
  return { ...counts, woken, failures };
}

async function pollJob(
  services: ProviderServices,
  job: ProviderJob,
  tick: Tick,
): Promise<'finished' | 'failedJobs' | 'dropped' | 'running' | undefined> {
  const { db, clock, engines } = services;
  if (!(await takeJob(db, job, clock() + POLL_LEASE_MS))) return undefined;
  const engine = engines.find(({ name }) => name === job.engine);
  const isOurs = job.unitState === 'leased' && job.currentLease === job.leaseId;
  if (job.state === 'submitting' || !engine) return giveUp(services, job, isOurs);
  if (!isOurs) return drop(services, engine, job);
  const film = filmOf(job);
  const state: JobState = film ? { state: 'done', result: film } : await ask(engine, job.jobId, clock());
  if (state.state === 'running') return later(services, job);
  if (state.state === 'failed') return failNoted(services, job, state.failure);
  const made = isOfFilm(job) ? 'film' : 'picture';
  if (tick.unlooked.has(made)) return later(services, job, UNASKED_MS);
  try {
    const result = await lookAtFilm(services, job, state.result);
    return result ? await finishJob(services, job, { ...state, result }) : await later(services, job);
  } catch (error) {
    if (error instanceof ModerationUnavailable) {
      tick.unlooked.add(made);
      // No more films are bought while nobody may look at them.
      if (made === 'film' && isLasting(error)) await noteEngineFailure(db, job.engine, clock());
    }
    // What moderation refuses is refused as when the vendor's own does, and nobody may find the vendor's copy.
    if (error instanceof MediaRefusal) {
      await removeOriginal(services, state);
      return fail(services, job, new EngineFailure('ContentModerationFailed', false, error));
    }
    if (!(error instanceof EngineFailure)) throw error;
    // The download failed, not the job.
    if (error.code.startsWith('Client.')) return later(services, job);
    return failNoted(services, job, error);
  }
}

/**
 * A question that failed is no job that failed: it is asked again, until the lease runs out. Only a job that the vendor does not know
 * any more is lost, and a refusal that would be said again ends the attempt.
 */
async function ask(engine: OpenEngine, jobId: string, nowMs: number): Promise<JobState> {
  try {
    return await engine.poll(jobId, nowMs);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return error.retryable && !isGone(error) ? { state: 'running' } : { state: 'failed', failure: error };
  }
}

async function later({ db, clock }: ProviderServices, job: ProviderJob, afterMs = EVERY_MS): Promise<'running'> {
  await lookAgainAt(db, job.leaseId, clock() + afterMs);
  return 'running';
}

async function fail(services: ProviderServices, job: ProviderJob, failure: EngineFailure): Promise<'failedJobs'> {
  const { db, clock } = services;
  const plan = readPlan(job.pipelineJson);
  const passed = passedOn(failure, plan[job.step], services, job.engine);
  await startNext(services, job, plan, await failAttempt(services, job, passed));
  await removeFilm(services, job);
  await endJob(db, job.leaseId, 'failed', failure.code, clock());
  await freeSlot(db, job.engine, job.leaseId, clock());
  return 'failedJobs';
}

async function failNoted(services: ProviderServices, job: ProviderJob, failure: EngineFailure): Promise<'failedJobs'> {
  if (failure.retryable) await noteEngineFailure(services.db, job.engine, services.clock());
  return fail(services, job, failure);
}

/** Whoever was to submit it is gone, and nobody knows whether the engine heard; or the engine is not ours any more. */
async function giveUp(
  services: ProviderServices,
  job: ProviderJob,
  isOurs: boolean,
): Promise<'failedJobs' | 'dropped'> {
  const { db, clock } = services;
  if (isOurs) return fail(services, job, new EngineFailure('SubmitUnknown', true));
  await removeFilm(services, job);
  await endJob(db, job.leaseId, 'dropped', 'SubmitUnknown', clock());
  await freeSlot(db, job.engine, job.leaseId, clock());
  return 'dropped';
}

/**
 * The lease has run out, or the task has ended: the engine is told where it can be, and what it made is recorded only. What still runs
 * there keeps its place, for as long as it was given one: whoever came instead would be refused by the vendor, and lose an attempt.
 */
async function drop(services: ProviderServices, engine: OpenEngine, job: ProviderJob): Promise<'dropped' | 'running'> {
  const { db, clock } = services;
  const nowMs = clock();
  if (engine.cancel) await engine.cancel(job.jobId, nowMs).catch(() => undefined);
  const late = await engine.poll(job.jobId, nowMs).then(
    ({ state }) => `late.${state}`,
    () => 'late.unknown',
  );
  if (late === 'late.running' && (await holdsSlot(db, job.engine, job.leaseId, nowMs))) return later(services, job);
  await removeFilm(services, job);
  await endJob(db, job.leaseId, 'dropped', late, clock());
  await freeSlot(db, job.engine, job.leaseId, clock());
  return 'dropped';
}

/** As many as there are places; the work object first, for an event more is harmless and a unit forgotten is not. */
async function wakeWaiting({ db, objects, clock }: ProviderServices, engine: OpenEngine): Promise<number> {
  await forgetEnded(db, engine.name);
  const free = await countFreeSlots(db, engine.name, engine.places, clock());
  if (free === 0) return 0;
  const units = await readQueue(db, engine.name, free);
  for (const unit of units) {
    await writeWorkObject(objects, 'provider', unit);
    await leaveQueue(db, unit);
  }
  return units.length;
}
