import type { Clock } from '../clock.ts';
import type { TaskErrorCode } from '../contract/errors.ts';
import { ObjectChanged, ObjectNotFound, type Objects } from '../cos/objects.ts';
import { noteEngineFailure, noteEngineSuccess } from '../engines/engine-breakers.ts';
import { EMBEDDED_ENGINE, type LocalEngine, MODEL_ENGINE } from '../engines/read-engines.ts';
import { type Plan, readPlan } from '../features/plan.ts';
import { newId } from '../id.ts';
import { hasAiLabel } from '../media/ai-label.ts';
import { labelledAi } from '../media/carry-ai-label.ts';
import { MediaRefusal } from '../media/media-refusal.ts';
import type { PicturePreset } from '../media/platforms/presets.ts';
import type { TaskServices } from './accept-input.ts';
import { moderateOutputs } from './moderate-outputs.ts';
import { moderateTexts } from './moderate-texts.ts';
import { presetsOfStep } from './preset-editions.ts';
import { chooseLocal } from './provider/choose-engine.ts';
import { isOfAi, readInputs } from './read-task.ts';
import { readTaskFiles } from './read-task-files.ts';
import { type PictureRef, resolveWork } from './resolve-work.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type MadeFile, removeFiles, storeFiles } from './store-files.ts';
import {
  type Claim,
  claimUnit,
  failUnit,
  finishUnit,
  type Lease,
  type StepEnding,
  type StoredOutput,
} from './unit-procedures.ts';
import { startUnits, type UnitKey } from './work-objects.ts';

/** What the card's parameters are for this unit, and which unit it is, from 0. */
export interface UnitWork {
  /** The part that each picture plays, in the order of the pictures. */
  readonly names: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly unit: number;
  /** Which of our own does it, where more than one can. */
  readonly engine: LocalEngine;
  /** The shops' figures that the task was ordered by, of a step that follows them. */
  readonly presets?: readonly PicturePreset[];
}

export type Processor = (pictures: readonly Buffer[], limitMs: number, work: UnitWork) => Promise<readonly MadeFile[]>;

export interface UnitServices extends TaskServices {
  readonly clock: Clock;
  readonly processors: Readonly<Record<string, Processor>>;
  /** Engines of this deployment beside the embedded one, by name. */
  readonly configured?: ReadonlySet<string> | undefined;
  /** Told what went wrong with an attempt, for the log. */
  readonly onFailure: (failure: { taskId: string; code: TaskErrorCode; attempt: number; error: unknown }) => void;
}

export type UnitOutcome =
  | 'succeeded'
  | 'step_planned'
  | 'unit_done'
  | 'lost'
  | 'waiting'
  | 'failed'
  | 'unit_failed'
  | 'busy'
  | 'early'
  | 'ended'
  | 'unknown';

/**
 * Does one unit of work: claims it, works outside any transaction, stores the files under keys that carry the lease, and
 * finishes under the lease. A failed attempt is recorded and returned, not thrown: the platform's own retry a minute
 * later would only meet the live lease. The files of an attempt that came to nothing are deleted. Throws when the database or COS is
 * away, and then the lease runs out.
 */
export async function runUnit(services: UnitServices, key: UnitKey): Promise<UnitOutcome> {
  const { db, objects, clock } = services;
  const lease: Lease = { ...key, leaseId: newId('lse_', clock()) };
  const claim = await claimUnit(db, lease, clock());
  services.onTrace?.(claim.trace);
  if (claim.outcome !== 'claimed') return claim.outcome;
  const plan = readPlan(claim.pipeline_json);
  const turn = turnOf(services, plan, key, claim.attempt);
  let files: readonly MadeFile[] = [];
  let outputs: StoredOutput[];
  try {
    if (key.step === 0) await readTexts(services, key.taskId, claim);
    files = await doWork(services, key, plan, claim.form_json, turn);
    outputs = await storeFiles(objects, lease, files);
    await moderateOutputs(services, { lease, merchantId: claim.merchant_id, plan }, outputs, clock());
  } catch (error) {
    try {
      return await startNext(services, key, plan, await recordFailure(services, lease, claim.attempt, turn, error));
    } finally {
      await removeFiles(objects, lease, files);
    }
  }
  // When the database goes away in the middle of this, the rows may stand: then so must the files.
  const outcome = await finishUnit(db, lease, outputs, clock());
  if (outcome === 'lost') await removeFiles(objects, lease, files);
  return startNext(services, key, plan, outcome);
}

/** Writes the work objects of the step that was planned. */
export async function startNext<Outcome extends UnitOutcome>(
  { objects }: Pick<TaskServices, 'objects'>,
  { taskId, step }: UnitKey,
  plan: Plan,
  outcome: Outcome,
): Promise<Outcome> {
  const next = plan[step + 1];
  if (outcome === 'step_planned' && next) await startUnits(objects, taskId, step + 1, next);
  return outcome;
}

/** Texts of a task without photos, which nobody has read when it was queued. No engine elsewhere begins such a task: all take pictures. */
async function readTexts(
  services: UnitServices,
  taskId: string,
  { merchant_id: merchantId, form_json: formJson }: Extract<Claim, { outcome: 'claimed' }>,
): Promise<void> {
  if (!services.textModerator || (await readInputs(services.db, taskId)).length > 0) return;
  const code = await moderateTexts(services, { taskId, merchantId, formJson }, services.clock());
  if (code !== undefined) throw new MediaRefusal(code, 'form');
}

type LocalTurn = ReturnType<typeof chooseLocal>;

function turnOf({ configured = new Set() }: UnitServices, plan: Plan, { step }: UnitKey, attempt: number): LocalTurn {
  const at = plan[step];
  return at ? chooseLocal(at, configured, attempt - 1) : { engine: EMBEDDED_ENGINE, isLast: true };
}

/** How the operator's model does is written where engines elsewhere have it: health-ready and the console read it there. */
async function noted<Made>({ db, clock }: UnitServices, engine: LocalEngine, work: () => Promise<Made>): Promise<Made> {
  if (engine !== MODEL_ENGINE) return work();
  try {
    const made = await work();
    await noteEngineSuccess(db, MODEL_ENGINE);
    return made;
  } catch (error) {
    if (!(error instanceof MediaRefusal)) await noteEngineFailure(db, MODEL_ENGINE, clock());
    throw error;
  }
}

async function doWork(
  services: UnitServices,
  key: UnitKey,
  plan: Plan,
  formJson: string | null,
  { engine }: LocalTurn,
): Promise<readonly MadeFile[]> {
  const { db, objects, processors } = services;
  const { step, unit } = key;
  const planned = plan[step];
  const processor = planned && Object.hasOwn(processors, planned.processor) ? processors[planned.processor] : undefined;
  if (!planned || !processor) throw new Error(`step ${step} names no processor of ours: ${planned?.processor}`);
  const files = await readTaskFiles(db, key, formJson);
  const { pictures, params } = resolveWork(plan, step, unit, files);
  const bytes = await Promise.all(pictures.map((picture) => readPicture(objects, picture)));
  const presets = await presetsOfStep(db, planned);
  const work = { names: pictures.map(({ name: part }) => part), params, unit, engine, ...(presets && { presets }) };
  const made = await noted(services, engine, () => processor(bytes, planned.timeLimitSeconds * 1000, work));
  const isMadeOfAi = bytes.some(hasAiLabel) || pictures.some(({ key: picture }) => isOfAi(files.outputs, picture));
  return isMadeOfAi ? made.map(labelledAi) : made;
}

/** The bytes that were checked are the bytes that are used: each read of a photo is If-Match. */
async function readPicture(objects: Objects, { key, etag }: PictureRef): Promise<Buffer> {
  return (await objects.get(key, etag === undefined ? {} : { ifMatch: etag })).bytes;
}

function recordFailure(
  { db, clock, onFailure }: UnitServices,
  lease: Lease,
  attempt: number,
  turn: LocalTurn,
  error: unknown,
): Promise<StepEnding | 'waiting' | 'unit_failed' | 'lost'> {
  const nowMs = clock();
  const final = finalCode(error, turn);
  // Once the attempts are used up, a photo in which nobody found anything is still no fault of ours.
  const code = final ?? (error instanceof MediaRefusal ? error.code : 'PROCESSING_FAILED');
  onFailure({ taskId: lease.taskId, code, attempt, error });
  if (final) return failUnit(db, lease, { code }, nowMs);
  return failUnit(db, lease, { code, retryAtMs: nowMs + retryDelayMs(attempt, lease.leaseId) }, nowMs);
}

/** Failures that another attempt would only repeat. What one engine does not find, the one after it may. */
function finalCode(error: unknown, { isLast }: LocalTurn): TaskErrorCode | undefined {
  if (error instanceof MediaRefusal) return error.code === 'GARMENT_NOT_FOUND' && !isLast ? undefined : error.code;
  if (error instanceof ObjectChanged || error instanceof ObjectNotFound) return 'INPUT_CHANGED';
  return undefined;
}
