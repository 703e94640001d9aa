import { INPUT_TYPES } from '../contract/tasks.ts';
import type { Bucket } from '../cos/bucket.ts';
import { CopyFailed, copyObject } from '../cos/copy-object.ts';
import { inputKey } from '../cos/keys.ts';
import type { Retention } from '../cos/retention.ts';
import type { Database } from '../db/database.ts';
import type { Catalogue } from '../features/catalogue.ts';
import { ApiError, type FieldProblem } from '../http/api-error.ts';
import { type CreatedTask, createTask, type TaskRequest } from '../tasks/create-task.ts';
import { startUnitsAt } from '../tasks/start-units-at.ts';
import { type DeclaredInput, type UploadSlot, uploadSlots } from '../tasks/upload-slots.ts';
import { type KeptAsset, readAsset } from './read-asset.ts';

interface Ordered {
  readonly contentType?: DeclaredInput['contentType'] | undefined;
  readonly sizeBytes?: number | undefined;
  readonly assetId?: string | undefined;
  readonly field?: string | undefined;
}
type Known = DeclaredInput & { readonly field?: string | undefined; readonly asset?: KeptAsset };

interface Services {
  readonly db: Database;
  readonly bucket: Bucket;
  readonly retention: Retention;
  /** What is there to be ordered; the embedded engine alone when it is not said. */
  readonly catalogue?: Catalogue;
}

/**
 * Creates a task of photos to be uploaded and of assets that are there: these are copied inside COS once the task stands, and the
 * copy's event starts it like an upload's. Asked again under its key, it copies again what may not have been.
 * @throws ApiError what createTask throws, VALIDATION_FAILED for an asset that is not there or no picture, UNAVAILABLE while COS is away
 */
export async function createTaskOfAssets(
  { db, bucket, retention, catalogue }: Services,
  request: Omit<TaskRequest, 'inputs'> & { readonly inputs: readonly Ordered[] },
): Promise<Omit<CreatedTask, 'unitsToStart'> & { uploads: UploadSlot[] }> {
  const { merchantId, nowMs } = request;
  const inputs: Known[] = [];
  for (const [n, { assetId, ...declared }] of request.inputs.entries()) {
    const asset = assetId && (await readAsset(db, merchantId, assetId, { retention, nowMs }));
    inputs.push(assetId === undefined ? wholeDeclaration(declared, n) : ofAsset(declared, asset || undefined, n));
  }
  const { unitsToStart = 0, ...task } = await createTask(db, { ...request, inputs }, catalogue);
  await startUnitsAt(bucket, task.taskId, unitsToStart, nowMs);
  if (task.state !== 'awaiting_upload') return { ...task, uploads: [] };
  for (const [index, { asset }] of inputs.entries()) {
    if (asset) await copyIn(bucket, asset, inputKey({ taskId: task.taskId, index }), nowMs);
  }
  const missing = inputs.flatMap((input, n) => (input.asset ? [] : [{ ...input, n }]));
  return { ...task, uploads: uploadSlots(bucket, task.taskId, missing, nowMs) };
}

function wholeDeclaration({ contentType, sizeBytes, field }: Ordered, n: number): Known {
  if (contentType !== undefined && sizeBytes !== undefined) return { contentType, sizeBytes, field };
  const path = `inputs.${n}.${contentType === undefined ? 'contentType' : 'sizeBytes'}`;
  throw new ApiError('VALIDATION_FAILED', { fields: [{ path, rule: 'required', zh: '不能为空', en: 'is required' }] });
}

function ofAsset(declared: Ordered, asset: KeptAsset | undefined, n: number): Known {
  const contentType = INPUT_TYPES.find((type) => type === asset?.contentType);
  const isDeclared = declared.contentType !== undefined || declared.sizeBytes !== undefined;
  if (!asset || !contentType || isDeclared) throw new ApiError('VALIDATION_FAILED', { fields: [notAPicture(n)] });
  return { contentType, sizeBytes: asset.sizeBytes, field: declared.field, asset };
}

const notAPicture = (n: number): FieldProblem => ({
  path: `inputs.${n}.assetId`,
  rule: 'picture',
  zh: '须是素材库中仍保留的图片，且不再填写类型和大小',
  en: 'must be a picture that is still kept in the library, and stand without type and size',
});

/** One that vanished between the look and the copy leaves a task that waits for its photo, and gives its credits back. */
async function copyIn(bucket: Bucket, { key, etag }: KeptAsset, toKey: string, nowMs: number): Promise<void> {
  try {
    await copyObject(bucket, { fromKey: key, toKey, ...(etag !== null && { etag }) }, nowMs);
  } catch (error) {
    if (error instanceof CopyFailed) throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5, cause: error });
    throw error;
  }
}
