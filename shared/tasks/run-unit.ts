import type { Clock } from '../clock.ts';
import type { TaskErrorCode } from '../contract/errors.ts';
import { outputKey } from '../cos/keys.ts';
import { ObjectChanged, ObjectNotFound } from '../cos/objects.ts';
import { readPipeline, type Step } from '../features/pipeline.ts';
import { newId } from '../id.ts';
import { MediaRefusal } from '../media/media-refusal.ts';
import type { TaskServices } from './accept-input.ts';
import { readInputs } from './read-task.ts';
import { claimUnit, failUnit, finishUnit, type Lease, type StoredOutput } from './unit-procedures.ts';
import { startUnits, type UnitKey } from './work-objects.ts';

/** What a processor makes of a photo. `flags` are short words about a result, such as `below_38kb`. */
export interface MadeFile {
  readonly name: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly flags: readonly string[];
}

export type Processor = (photos: readonly Buffer[], limitMs: number) => Promise<readonly MadeFile[]>;

export interface UnitServices extends TaskServices {
  readonly clock: Clock;
  readonly processors: Readonly<Record<Step['processor'], Processor>>;
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
  | 'busy'
  | 'early'
  | 'ended'
  | 'unknown';

const RETRY_BASE_MS = 10_000;

/**
 * Does one unit of work: claims it, works outside any transaction, stores the files under keys that carry the lease, and
 * finishes under the lease. A failed attempt is recorded and returned, not thrown: the platform's own retry a minute
 * later would only meet the live lease. Throws when the database or COS is away, and then the lease runs out.
 */
export async function runUnit(services: UnitServices, key: UnitKey): Promise<UnitOutcome> {
  const { db, objects, clock } = services;
  const lease: Lease = { ...key, leaseId: newId('lse_', clock()) };
  const claim = await claimUnit(db, lease, clock());
  if (claim.outcome !== 'claimed') return claim.outcome;
  const pipeline = readPipeline(claim.pipeline_json);
  const step = pipeline[key.step];
  if (!step) throw new Error(`the pipeline has no step ${key.step}`);
  let outputs: StoredOutput[];
  try {
    const files = await services.processors[step.processor](
      await readPhotos(services, key.taskId),
      step.timeLimitSeconds * 1000,
    );
    outputs = await Promise.all(files.map((file) => storeFile(services, lease, file)));
  } catch (error) {
    return recordFailure(services, lease, claim.attempt, error);
  }
  const next = pipeline[key.step + 1];
  const outcome = await finishUnit(db, lease, outputs, next, clock());
  if (outcome === 'step_planned' && next) await startUnits(objects, key.taskId, key.step + 1, next.units);
  return outcome;
}

/** The bytes that were checked are the bytes that are used: each read is If-Match. */
async function readPhotos({ db, objects }: TaskServices, taskId: string): Promise<Buffer[]> {
  const inputs = await readInputs(db, taskId);
  return Promise.all(
    inputs.map(async (input) => {
      if (input.etag === null) throw new Error('an input of a running task has no ETag');
      return (await objects.get(input.key, { ifMatch: input.etag })).bytes;
    }),
  );
}

async function storeFile({ objects }: TaskServices, lease: Lease, file: MadeFile): Promise<StoredOutput> {
  const key = outputKey({
    taskId: lease.taskId,
    step: String(lease.step),
    unit: String(lease.unit),
    leaseId: lease.leaseId,
    name: file.name,
  });
  await objects.put(key, file.bytes, file.contentType);
  return {
    name: file.name,
    key,
    contentType: file.contentType,
    width: file.width,
    height: file.height,
    sizeBytes: file.bytes.byteLength,
    flags: file.flags.join(','),
  };
}

function recordFailure(
  { db, clock, onFailure }: UnitServices,
  lease: Lease,
  attempt: number,
  error: unknown,
): Promise<'waiting' | 'failed' | 'lost'> {
  const nowMs = clock();
  const final = finalCode(error);
  const code = final ?? 'PROCESSING_FAILED';
  onFailure({ taskId: lease.taskId, code, attempt, error });
  if (final) return failUnit(db, lease, { code }, nowMs);
  return failUnit(db, lease, { code, retryAtMs: nowMs + RETRY_BASE_MS * 2 ** (attempt - 1) }, nowMs);
}

/** Failures that another attempt would only repeat. */
function finalCode(error: unknown): TaskErrorCode | undefined {
  if (error instanceof MediaRefusal) return error.code;
  if (error instanceof ObjectChanged || error instanceof ObjectNotFound) return 'INPUT_CHANGED';
  return undefined;
}
