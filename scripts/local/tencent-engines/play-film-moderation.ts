import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock.ts';
import { readMp4 } from '../../../shared/media/video/read-mp4.ts';
import { checkPayload } from '../tencent-account/check-payload.ts';
import { AnswerLost } from '../tencent-account/create-account.ts';
import { readSdkModels } from '../tencent-account/read-sdk-models.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { type Judgement, type ModerationFault, type ModerationStandin, PASS } from './moderation-service.ts';

type Payload = Readonly<Record<string, unknown>>;

export interface FilmModerationOptions {
  readonly clock: Clock;
  readonly judge?: (film: Buffer, dataId: string) => Judgement;
  /** What befalls a call. */
  readonly fault?: (action: string, number: number) => ModerationFault | undefined;
  /** How a check ends in place of a verdict: `DECODE_ERROR`, `TIMEOUT_ERROR`, … */
  readonly error?: () => string | undefined;
  readonly takesMs?: number;
}

interface Check {
  readonly dataId: string;
  readonly bizType: string;
  readonly endsAtMs: number;
  readonly outcome: Promise<Judgement | { readonly errorType: string }>;
}

const MOST_TASKS = 10;
const DOWNLOAD_MS = 3000;

/**
 * VM CreateVideoModerationTask and DescribeTaskDetail on loopback, held against the SDK's models and what the pages say of them (SDK 4.1, vm
 * v20210922; https://cloud.tencent.com/document/api/1265/80017, /document/api/1265/51878). Films are fetched and read as MP4.
 */
export function playFilmModeration({
  clock,
  judge = () => PASS,
  fault = () => undefined,
  error = () => undefined,
  takesMs = 2000,
}: FilmModerationOptions): ModerationStandin {
  const calls: Payload[] = [];
  const checks = new Map<string, Check>();
  const actions: Readonly<Record<string, (payload: Payload) => Promise<Payload>>> = {
    'vm CreateVideoModerationTask': async ({ BizType, Type, Tasks }) => {
      if (!/^\w{3,32}$/.test(String(BizType)))
        throw new ApiRefusal('InvalidParameterValue.InvalidParameter', 'BizType: 3 to 32 letters, digits and _.');
      if (!['VIDEO', 'LIVE_VIDEO', 'VIDEO_AIGC'].includes(String(Type)))
        throw new ApiRefusal('InvalidParameterValue.InvalidParameter', 'Type: VIDEO, LIVE_VIDEO or VIDEO_AIGC.');
      const tasks = Tasks as readonly Payload[]; // checked by the model
      if (tasks.length === 0 || tasks.length > MOST_TASKS)
        throw new ApiRefusal('InvalidParameterValue.InvalidParameter', `Tasks: 1 to ${MOST_TASKS}.`);
      const begin = (task: Payload): Payload => {
        const { Type: from, Url: url } = (task['Input'] ?? {}) as Payload;
        const DataId = String(task['DataId'] ?? '');
        if (from !== 'URL' || !/^https?:\/\//.test(String(url)))
          return { DataId, Code: 'InvalidParameterValue.UnsupportFileAddr', Message: 'Only URLs are played here.' };
        const TaskId = `w-video-${randomUUID().replaceAll('-', '').slice(0, 18)}`;
        const outcome = lookAt(String(url), (film) => judge(film, DataId), error());
        checks.set(TaskId, { dataId: DataId, bizType: String(BizType), endsAtMs: clock() + takesMs, outcome });
        return { DataId, TaskId, Code: 'OK', Message: 'success' };
      };
      return { Results: tasks.map(begin) };
    },
    'vm DescribeTaskDetail': async ({ TaskId }) => {
      const check = checks.get(String(TaskId));
      if (!check) throw new ApiRefusal('ResourceNotFound', 'The task does not exist.');
      const about = { TaskId, DataId: check.dataId, BizType: check.bizType, Type: 'VIDEO' };
      if (check.endsAtMs > clock()) return { ...about, Status: 'RUNNING', TryInSeconds: 5 };
      const outcome = await check.outcome;
      if ('errorType' in outcome) return { ...about, Status: 'ERROR', ErrorType: outcome.errorType };
      const { Suggestion, Label, SubLabel, Score } = outcome;
      const Labels = Suggestion === 'Pass' ? [] : [{ Label, SubLabel, Score, Suggestion }];
      return { ...about, Status: 'FINISH', Suggestion, Label, Labels, ImageSegments: [], AudioSegments: [] };
    },
  };
  return {
    services: { '2021-09-22': 'vm' },
    calls,
    act: async ({ service, action, payload }) => {
      const name = `${service} ${action}`;
      const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!act) throw new ApiRefusal('InvalidAction', `The action ${action} does not exist.`);
      checkPayload(readSdkModels('vm', 'v20210922'), `${action}Request`, payload);
      calls.push(payload);
      const struck = fault(action, calls.length);
      if (struck === 'cut') throw new AnswerLost();
      if (struck && 'refuse' in struck) throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
      if (struck && 'delayMs' in struck) await sleep(struck.delayMs);
      return struck && 'reply' in struck ? struck.reply : act(payload);
    },
  };
}

async function lookAt(
  url: string,
  judge: (film: Buffer) => Judgement,
  error: string | undefined,
): Promise<Judgement | { readonly errorType: string }> {
  if (error !== undefined) return { errorType: error };
  const film = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) })
    .then(async (response) => (response.ok ? Buffer.from(await response.arrayBuffer()) : undefined))
    .catch(() => undefined);
  if (!film) return { errorType: 'URL_ERROR' };
  try {
    readMp4(film);
  } catch {
    return { errorType: 'DECODE_ERROR' };
  }
  return judge(film);
}
