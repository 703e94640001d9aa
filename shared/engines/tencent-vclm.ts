import * as z from 'zod/mini';
import { callTencentApi } from '../config/tencent-api.ts';
import { presignUrl } from '../cos/sign-url.ts';
import { type Engine, EngineFailure, type EngineWork, type JobState } from './engine.ts';
import { videoParams } from './engine-params.ts';
import { asFailure, failureOf } from './tencent-failure.ts';
import { callTo, parsed, type TencentPlace } from './tencent-mps.ts';

/** How long the vendor may read the photo: a job may wait in the vendor's own queue first. */
const READABLE_SECONDS = 3600;
const PROMPT = '模特穿着该服装自然展示，镜头缓慢推进，保持服装的版型、颜色和图案不变';

const Submitted = z.object({ JobId: z.string().check(z.minLength(1), z.maxLength(128)) });
const Described = z.object({
  Status: z.enum(['WAIT', 'RUN', 'FAIL', 'DONE']),
  ErrorCode: z.nullish(z.string()),
  ResultVideoUrl: z.nullish(z.string()),
});

/**
 * Films by vclm `SubmitImageToVideoGeneralJob` (https://cloud.tencent.com/document/product/1616/110516). It has no callback and no
 * cancel; the result's URL lives for 24 hours. `LogoAdd` 1: the vendor draws 「AI 生成」 into the film.
 */
export function tencentVclm(place: TencentPlace): Engine {
  const call = async (action: string, payload: unknown, nowMs: number) => {
    try {
      return await callTencentApi({ ...callTo(place, 'vclm', '2024-05-23', nowMs), action, payload });
    } catch (error) {
      throw asFailure(error);
    }
  };
  return {
    name: 'tencent-vclm',
    submit: async (work) =>
      parsed(Submitted, await call('SubmitImageToVideoGeneralJob', filmOf(work, place), work.nowMs)).JobId,
    poll: async (jobId, nowMs) => stateOf(await call('DescribeImageToVideoGeneralJob', { JobId: jobId }, nowMs)),
  };
}

function filmOf({ pictures, params, nowMs }: EngineWork, { bucket }: TencentPlace) {
  const [photo] = pictures;
  if (!photo) throw new EngineFailure('PhotoMissing', false);
  const { requirements } = videoParams.parse(params);
  const { url } = presignUrl({
    ...bucket,
    credentials: bucket.credentials(),
    ...{ key: photo.key, method: 'GET', expiresSeconds: READABLE_SECONDS, nowMs },
  });
  return { Image: { Url: url }, Prompt: requirements?.trim() || PROMPT, Resolution: '720p', Fps: 24, LogoAdd: 1 };
}

function stateOf(reply: unknown): JobState {
  const { Status, ErrorCode, ResultVideoUrl } = parsed(Described, reply);
  if (Status === 'FAIL') return { state: 'failed', failure: failureOf(ErrorCode ?? '') };
  if (Status !== 'DONE') return { state: 'running' };
  if (!ResultVideoUrl) return { state: 'failed', failure: new EngineFailure('Client.BadReply', true) };
  return { state: 'done', result: { url: ResultVideoUrl } };
}
