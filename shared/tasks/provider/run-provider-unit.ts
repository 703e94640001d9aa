import type { Clock } from '../../clock.ts';
import { EngineFailure } from '../../engines/engine.ts';
import { noteEngineFailure, restingEngines } from '../../engines/engine-breakers.ts';
import { freeSlot, holdSlot, takeSlot } from '../../engines/engine-slots.ts';
import type { OpenEngine } from '../../engines/open-engines.ts';
import { readPlan } from '../../features/plan.ts';
import { newId } from '../../id.ts';
import type { TaskServices } from '../accept-input.ts';
import { readTaskFiles } from '../read-task-files.ts';
import { resolveWork } from '../resolve-work.ts';
import { startNext, type UnitOutcome } from '../run-unit.ts';
import { type Claim, claimUnit, type Lease } from '../unit-procedures.ts';
import { type UnitKey, writeWorkObject } from '../work-objects.ts';
import { chooseEngine, passedOn } from './choose-engine.ts';
import { type EngineFailed, failAttempt } from './fail-attempt.ts';
import { endJob, insertJob, jobIsRunning, leaveQueue, queueUnit, readWaitingUnit } from './provider-jobs.ts';

export interface ProviderServices extends TaskServices {
  readonly clock: Clock;
  readonly engines: readonly OpenEngine[];
  /** Our own function has a model of the operator's. */
  readonly hasModel?: boolean | undefined;
  readonly onFailure: (failure: EngineFailed) => void;
}

export type ProviderOutcome = UnitOutcome | 'submitted' | 'queued' | 'resting' | 'handed_over';

/** Until an attempt is submitted: longer than the function may run. */
export const SUBMIT_MS = 120_000;
/** The first look at a job. */
const FIRST_POLL_MS = 5_000;

/**
 * Begins one unit at an engine: a place first, then the lease, then the row of the attempt, then the call. So nothing is
 * asked of an engine beyond its places, and whatever dies in between is found: by the place's own end, the lease's or
 * the row's. poll-provider-jobs does the rest under the same lease.
 */
export async function runProviderUnit(services: ProviderServices, key: UnitKey): Promise<ProviderOutcome> {
  const { db, clock } = services;
  const nowMs = clock();
  const waiting = await readWaitingUnit(db, key);
  services.onTrace?.(waiting?.trace ?? null);
  if (waiting?.state !== 'waiting') return waiting ? 'busy' : 'unknown';
  const step = readPlan(waiting.pipelineJson)[key.step];
  if (!step) throw new Error(`the plan has no step ${key.step}`);
  const engine = chooseEngine(step, services, waiting.attempts, await restingEngines(db, nowMs));
  const lease: Lease = { ...key, leaseId: newId('lse_', nowMs) };
  if (engine === 'none') return refuseUnit(services, lease);
  if (engine === 'resting') return 'resting';
  if (typeof engine === 'string') {
    await leaveQueue(db, key);
    await writeWorkObject(services.objects, 'image', key);
    return 'handed_over';
  }
  const slot = { engine: engine.name, places: engine.places, attemptId: lease.leaseId };
  if (!(await takeSlot(db, slot, nowMs, nowMs + SUBMIT_MS))) {
    await queueUnit(db, waiting, engine.name, nowMs);
    return 'queued';
  }
  const claim = await claimUnit(db, lease, nowMs);
  if (claim.outcome !== 'claimed') {
    await freeSlot(db, engine.name, lease.leaseId, nowMs);
    return claim.outcome;
  }
  await leaveQueue(db, key);
  return begin(services, engine, lease, claim);
}

/** An engine that was there when the task was ordered is not configured any more. */
async function refuseUnit(services: ProviderServices, lease: Lease): Promise<ProviderOutcome> {
  const claim = await claimUnit(services.db, lease, services.clock());
  if (claim.outcome !== 'claimed') return claim.outcome;
  const failure = new EngineFailure('EngineNotConfigured', false);
  const outcome = await failAttempt(services, { ...lease, attempt: claim.attempt, engine: 'none' }, failure);
  return startNext(services, lease, readPlan(claim.pipeline_json), outcome);
}

async function begin(
  services: ProviderServices,
  engine: OpenEngine,
  lease: Lease,
  claim: Extract<Claim, { outcome: 'claimed' }>,
): Promise<ProviderOutcome> {
  const { db, clock } = services;
  const nowMs = clock();
  const job = { ...lease, merchantId: claim.merchant_id, attempt: claim.attempt, engine: engine.name };
  if (!(await insertJob(db, job, nowMs, nowMs + SUBMIT_MS))) {
    await freeSlot(db, engine.name, lease.leaseId, clock());
    return 'lost';
  }
  const plan = readPlan(claim.pipeline_json);
  try {
    const files = await readTaskFiles(db, lease, claim.form_json);
    const work = resolveWork(plan, lease.step, lease.unit, files);
    const { processor = '' } = plan[lease.step] ?? {};
    const jobId = await engine.submit({ ...work, processor, attemptId: lease.leaseId, taskId: lease.taskId, nowMs });
    await holdSlot(db, engine.name, lease.leaseId, claim.lease_ends_at);
    if (await jobIsRunning(db, lease.leaseId, jobId, clock() + FIRST_POLL_MS)) return 'submitted';
    await engine.cancel?.(jobId, clock()).catch(() => undefined);
    await freeSlot(db, engine.name, lease.leaseId, clock());
    return 'lost';
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    await endJob(db, lease.leaseId, 'failed', error.code, clock());
    await freeSlot(db, engine.name, lease.leaseId, clock());
    if (error.retryable) await noteEngineFailure(db, engine.name, clock());
    const failure = passedOn(error, plan[lease.step], services, engine.name);
    return startNext(services, lease, plan, await failAttempt(services, job, failure));
  }
}
