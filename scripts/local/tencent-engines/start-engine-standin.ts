import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { checkPayload } from '../tencent-account/check-payload.ts';
import { AnswerLost } from '../tencent-account/create-account.ts';
import { readSdkModels } from '../tencent-account/read-sdk-models.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { checkFilm, checkTryOn, type Payload, type TryOn } from './check-request.ts';

/**
 * What befalls a submission: refused with Tencent's code, its connection cut before or after it was heard, the job failing
 * later with a code (`ContentModerationFailed`, say), or its result's URL expired before anybody fetched it.
 */
export type EngineFault =
  | 'cut-before'
  | 'cut-after'
  | { readonly refuse: string }
  | { readonly fail: string }
  | { readonly expired: true };

/** Where a result comes from: this plays the protocol, not the model. */
export interface Drawing {
  readonly tryOn: (work: TryOn) => Promise<void>;
  readonly film: (photoUrl: string) => Promise<Uint8Array>;
}

export interface EngineStandinOptions {
  readonly clock: Clock;
  readonly drawing: Drawing;
  /** How long a job takes: asked for when it begins. */
  readonly takesMs?: number | (() => number);
  /** Jobs of one service at once; one more is refused. */
  readonly atOnce?: number;
  readonly fault?: (action: string, number: number) => EngineFault | undefined;
  /** How long a job waits before it begins, and can be ended. */
  readonly waitsMs?: number;
  /** A code with which a question about a job is refused. */
  readonly refuseQuestion?: () => string | undefined;
}

interface Job {
  readonly service: string;
  readonly beginsAtMs: number;
  readonly endsAtMs: number;
  readonly fault: EngineFault | undefined;
  readonly path: string;
  readonly made: Promise<Uint8Array | undefined>;
}

export interface EngineStandin {
  readonly services: Readonly<Record<string, string>>;
  readonly act: (call: { service: string; action: string; payload: Payload }) => Promise<Payload>;
  /** Ids of jobs that were ended before they began. */
  readonly aborted: readonly string[];
  /** Every submission, refused ones too. */
  readonly submissions: readonly Payload[];
  readonly close: () => Promise<void>;
}

const FILES = { mps: 'v20190612', vclm: 'v20240523' } as const;

/** MPS ProcessImage and vclm films on loopback: requests are held against the SDK's models and the documented limits. */
export async function startEngineStandin(options: EngineStandinOptions): Promise<EngineStandin> {
  const { clock, drawing, takesMs = 1500, atOnce = 4, fault = () => undefined } = options;
  const { waitsMs = 0, refuseQuestion = () => undefined } = options;
  const tookMs = (): number => (typeof takesMs === 'function' ? takesMs() : takesMs);
  const jobs = new Map<string, Job>();
  const submissions: Payload[] = [];
  const aborted: string[] = [];
  const results = createServer((request, reply) => {
    const job = jobs.get(/^\/results\/([\w-]+)\.mp4$/.exec(request.url ?? '')?.[1] ?? '');
    const isExpired = typeof job?.fault === 'object' && 'expired' in job.fault;
    if (!job || isExpired) return void reply.writeHead(job ? 403 : 404).end();
    void job.made.then((bytes) => reply.writeHead(200, { 'Content-Type': 'video/mp4' }).end(bytes));
  });
  await new Promise<void>((resolve) => results.listen(0, '127.0.0.1', resolve));
  const { port } = results.address() as AddressInfo;

  const submit = (service: string, action: string, payload: Payload, begin: () => Pick<Job, 'path' | 'made'>) => {
    submissions.push(payload);
    const struck = fault(action, submissions.length);
    if (struck === 'cut-before') throw new AnswerLost();
    if (typeof struck === 'object' && 'refuse' in struck) throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
    const running = [...jobs.values()].filter((job) => job.service === service && job.endsAtMs > clock());
    if (running.length >= atOnce) throw new ApiRefusal('RequestLimitExceeded.JobNumExceed', 'Too many jobs at once.');
    const id = randomUUID();
    const beginsAtMs = clock() + waitsMs;
    jobs.set(id, { ...begin(), service, beginsAtMs, endsAtMs: beginsAtMs + tookMs(), fault: struck });
    if (struck === 'cut-after') throw new AnswerLost();
    return id;
  };
  const jobOf = (service: string, id: unknown): { job: Job; state: 'running' | 'done' | 'failed'; code: string } => {
    const refused = refuseQuestion();
    if (refused !== undefined) throw new ApiRefusal(refused, 'A fault on purpose.');
    const job = jobs.get(String(id));
    if (job?.service !== service) throw new ApiRefusal('InvalidParameterValue', 'The job does not exist.');
    const code = typeof job.fault === 'object' && 'fail' in job.fault ? job.fault.fail : '';
    if (job.endsAtMs > clock()) return { job, state: 'running', code: '' };
    return { job, state: code ? 'failed' : 'done', code };
  };

  const actions: Readonly<Record<string, (payload: Payload) => Promise<Payload>>> = {
    'mps ProcessImage': async (payload) => {
      const work = checkTryOn(payload);
      const begin = () => ({ path: `/${work.outputKey}`, made: drawing.tryOn(work).then(() => undefined) });
      return { TaskId: submit('mps', 'ProcessImage', payload, begin) };
    },
    'mps DescribeImageTaskDetail': async ({ TaskId }) => {
      const { job, state, code } = jobOf('mps', TaskId);
      if (state === 'running') return { Status: job.beginsAtMs > clock() ? 'WAITING' : 'PROCESSING', ErrMsg: '' };
      await job.made;
      const done = { Status: 'SUCCESS', Progress: 100, Output: { Path: job.path } };
      const set = state === 'done' ? [done] : [{ Status: 'FAIL', ErrMsg: code }];
      return { Status: 'FINISH', ErrMsg: code, ImageProcessTaskResultSet: set };
    },
    'mps ManageTask': async ({ OperationType, TaskId }) => {
      const job = jobs.get(String(TaskId));
      if (OperationType !== 'Abort')
        throw new ApiRefusal('InvalidParameterValue.InvalidOperationType', 'OperationType: Abort.');
      if (job?.service !== 'mps') throw new ApiRefusal('InvalidParameterValue.TaskId', 'The job does not exist.');
      if (job.beginsAtMs <= clock()) throw new ApiRefusal('FailedOperation', 'Only a waiting task can be ended.');
      jobs.set(String(TaskId), { ...job, endsAtMs: clock(), fault: { fail: 'TaskAborted' } });
      aborted.push(String(TaskId));
      return {};
    },
    'vclm SubmitImageToVideoGeneralJob': async (payload) => {
      const url = checkFilm(payload);
      const begin = () => ({ path: '', made: drawing.film(url) });
      return { JobId: submit('vclm', 'SubmitImageToVideoGeneralJob', payload, begin) };
    },
    'vclm DescribeImageToVideoGeneralJob': async ({ JobId }) => {
      const { job, state, code } = jobOf('vclm', JobId);
      if (state === 'running') return { Status: 'RUN', ErrorCode: '', ErrorMessage: '' };
      if (state === 'failed') return { Status: 'FAIL', ErrorCode: code, ErrorMessage: code };
      await job.made;
      const url = `http://127.0.0.1:${port}/results/${String(JobId)}.mp4`;
      return { Status: 'DONE', ErrorCode: '', ErrorMessage: '', ResultVideoUrl: url };
    },
  };

  return {
    services: { '2019-06-12': 'mps', '2024-05-23': 'vclm' },
    submissions,
    aborted,
    act: async ({ service, action, payload }) => {
      const handler = Object.hasOwn(actions, `${service} ${action}`) ? actions[`${service} ${action}`] : undefined;
      if (!handler || (service !== 'mps' && service !== 'vclm')) {
        throw new ApiRefusal('InvalidAction', `The action ${action} does not exist.`);
      }
      checkPayload(readSdkModels(service, FILES[service]), `${action}Request`, payload);
      return handler(payload);
    },
    close: () =>
      new Promise((resolve) => {
        results.close(() => resolve());
        results.closeAllConnections();
      }),
  };
}
