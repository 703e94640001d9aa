import * as z from 'zod/mini';
import { callTencentApi, type TencentApiCall } from '../config/tencent-api.ts';
import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { type Engine, EngineFailure, type EngineWork, type JobState } from './engine.ts';
import { tryOnParams } from './engine-params.ts';
import { readModelPhoto } from './model-photos.ts';
import { asFailure, failureOf } from './tencent-failure.ts';

export interface TencentPlace {
  readonly bucket: Bucket;
  readonly region: string;
  /** Only where Tencent is the local cloud. */
  readonly endpoint?: string | undefined;
}

const TIMEOUT_MS = 20_000;
const MODEL = 'WAND-tryon-1.0-flash';

const Submitted = z.object({ TaskId: z.string().check(z.minLength(1), z.maxLength(128)) });
const Detail = z.object({
  Status: z.enum(['WAITING', 'PROCESSING', 'FINISH']),
  ErrMsg: z.nullish(z.string()),
  ImageProcessTaskResultSet: z.nullish(
    z.array(
      z.object({
        Status: z.nullish(z.string()),
        ErrMsg: z.nullish(z.string()),
        Output: z.nullish(z.object({ Path: z.nullish(z.string()) })),
      }),
    ),
  ),
});

/**
 * Try-on by MPS `ProcessImage` (https://cloud.tencent.com/document/product/862/132594): the model's photo is the input, the garment
 * an additional picture, and the result is written into our own bucket, where the service role MPS_QcsRole may write `vendor/`.
 */
export function tencentMps(place: TencentPlace, db: Database): Engine {
  const call = async (action: string, payload: unknown, nowMs: number) => {
    try {
      return await callTencentApi({ ...callTo(place, 'mps', '2019-06-12', nowMs), action, payload });
    } catch (error) {
      throw asFailure(error);
    }
  };
  return {
    name: 'tencent-mps',
    submit: async (work) => {
      const reply = await call('ProcessImage', await tryOnOf(work, place, db), work.nowMs);
      return parsed(Submitted, reply).TaskId;
    },
    poll: async (jobId, nowMs) => stateOf(await call('DescribeImageTaskDetail', { TaskId: jobId }, nowMs)),
    // Only what waits can be ended (ManageTaskRequest in the SDK's mps v20190612).
    cancel: async (jobId, nowMs) => {
      await call('ManageTask', { OperationType: 'Abort', TaskId: jobId }, nowMs);
    },
  };
}

export function callTo(
  { bucket, region, endpoint }: TencentPlace,
  service: string,
  version: string,
  nowMs: number,
): Omit<TencentApiCall, 'action' | 'payload'> {
  return { service, version, region, endpoint, credentials: bucket.credentials(), timeoutMs: TIMEOUT_MS, nowMs };
}

/** A reply of another shape than documented: nobody knows what became of the call. */
export function parsed<Schema extends z.ZodMiniType>(schema: Schema, reply: unknown): z.output<Schema> {
  const found = schema.safeParse(reply);
  if (!found.success) throw new EngineFailure('Client.BadReply', true, found.error);
  return found.data;
}

async function tryOnOf(
  { attemptId, taskId, pictures, params }: EngineWork,
  { bucket, region }: TencentPlace,
  db: Database,
) {
  const wanted = tryOnParams.parse(params);
  const modelKey = await readModelPhoto(db, wanted);
  const garment = pictures.find(({ name }) => name === 'garment');
  if (modelKey === undefined) throw new EngineFailure('ModelPhotoMissing', false);
  if (!garment) throw new EngineFailure('GarmentMissing', false);
  const object = (key: string) => ({
    Type: 'COS',
    CosInputInfo: { Bucket: bucket.bucket, Region: region, Object: `/${key}` },
  });
  return {
    InputInfo: object(modelKey),
    OutputStorage: { Type: 'COS', CosOutputStorage: { Bucket: bucket.bucket, Region: region } },
    OutputPath: `/vendor/${taskId}/${attemptId}.{format}`,
    ImageTask: {
      AiTryOnConfig: { Model: MODEL, Resolution: '1K' },
      EncodeConfig: { Format: 'JPEG', Quality: 95 },
    },
    AddOnParameter: { ImageSet: [{ Image: object(garment.key) }] },
  };
}

function stateOf(reply: unknown): JobState {
  const { Status, ErrMsg, ImageProcessTaskResultSet } = parsed(Detail, reply);
  if (Status !== 'FINISH') return { state: 'running' };
  const result = ImageProcessTaskResultSet?.[0];
  const code = ErrMsg || result?.ErrMsg;
  if (code) return { state: 'failed', failure: failureOf(code) };
  const path = result?.Output?.Path;
  if (result?.Status !== 'SUCCESS' || !path?.startsWith('/vendor/')) {
    return { state: 'failed', failure: new EngineFailure('Client.BadReply', true) };
  }
  return { state: 'done', result: { key: path.slice(1) } };
}
