import * as z from 'zod/mini';
import { callTencentApi } from '../config/tencent-api.ts';
import { presignUrl } from '../cos/sign-url.ts';
import { askAgain, askOnce } from './ask-again.ts';
import { type FilmModerator, type FilmVerdict, ModerationUnavailable } from './moderator.ts';
import { readReply } from './read-reply.ts';
import type { ImsOptions } from './tencent-ims.ts';

const REGION = 'ap-guangzhou';
const TIMEOUT_MS = 10_000;
/** Ten films of an account are looked at at once, the others wait: https://cloud.tencent.com/document/api/1265/80017. */
const READABLE_SECONDS = 1800;
/** It is a required field; the pages' own example names this policy. */
const DEFAULT_POLICY = 'default';

const Begun = z.object({ Results: z.array(z.object({ TaskId: z.nullish(z.string()), Code: z.nullish(z.string()) })) });
const Detail = z.object({
  Status: z.enum(['FINISH', 'PENDING', 'RUNNING', 'ERROR', 'CANCELLED']),
  ErrorType: z.nullish(z.string()),
  Labels: z.nullish(z.array(z.object({ SubLabel: z.nullish(z.string()), Score: z.nullish(z.number()) }))),
});
/** The film's own fault: another look would come to the same. */
const UNCHECKABLE = ['DECODE_ERROR', 'URL_NOT_SUPPORTED'];

/**
 * VM `CreateVideoModerationTask` and `DescribeTaskDetail` 2021-09-22 (https://cloud.tencent.com/document/api/1265/80017,
 * /document/api/1265/51878): the film by its address, its frames and its sound by the policy of the console.
 */
export function tencentVm({ bucket, bizType = DEFAULT_POLICY, endpoint }: ImsOptions): FilmModerator {
  const call = (action: string, payload: object, nowMs: number): Promise<Record<string, unknown>> =>
    callTencentApi({
      ...{ service: 'vm', version: '2021-09-22', action, region: REGION, endpoint, payload },
      ...{ credentials: bucket.credentials(), timeoutMs: TIMEOUT_MS, nowMs },
    });
  return {
    begin: ({ key, dataId, nowMs }) => {
      const readable = { method: 'GET', expiresSeconds: READABLE_SECONDS, nowMs } as const;
      const { url } = presignUrl({ ...bucket, credentials: bucket.credentials(), key, ...readable });
      const film = { DataId: dataId, Input: { Type: 'URL', Url: url } };
      return askOnce(async () =>
        checkIdOf(await call('CreateVideoModerationTask', { BizType: bizType, Type: 'VIDEO', Tasks: [film] }, nowMs)),
      );
    },
    verdict: (checkId, nowMs) =>
      askAgain(async () => verdictOf(await call('DescribeTaskDetail', { TaskId: checkId }, nowMs))),
  };
}

/** Each task of a request has a code of its own: `OK`, or why it was not begun. */
function checkIdOf(response: unknown): string {
  const [begun] = Begun.safeParse(response).data?.Results ?? [];
  if (begun?.Code !== 'OK') throw new ModerationUnavailable(begun?.Code || 'Client.BadReply');
  if (!begun.TaskId || !/^[\x21-\x7e]{1,128}$/.test(begun.TaskId)) throw new ModerationUnavailable('Client.BadReply');
  return begun.TaskId;
}

function verdictOf(response: Record<string, unknown>): FilmVerdict {
  const detail = Detail.safeParse(response);
  if (!detail.success) throw new ModerationUnavailable('Client.BadReply', { cause: detail.error });
  const { Status, ErrorType, Labels } = detail.data;
  if (Status === 'PENDING' || Status === 'RUNNING') return { kind: 'running' };
  if (Status === 'ERROR' && UNCHECKABLE.includes(ErrorType ?? ''))
    return { kind: 'uncheckable', code: ErrorType ?? '' };
  if (Status !== 'FINISH') return { kind: 'lost', code: ErrorType || Status };
  const [worst] = (Labels ?? []).toSorted((a, b) => (b.Score ?? 0) - (a.Score ?? 0));
  const reply = readReply({ ...response, SubLabel: worst?.SubLabel, Score: worst?.Score });
  return reply.kind === 'passed' ? { kind: 'passed' } : reply;
}
