import { parseInputKey, parseWorkKey } from '../../../shared/cos/keys.ts';
import type { Database } from '../../../shared/db/database.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { type Processor, runUnit } from '../../../shared/tasks/run-unit.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { type Call, type Operation, startOperation } from './gate.ts';
import type { Intent } from './intent.ts';
import { judgedDatabase } from './judge.ts';
import { answerCopy, memoryObjects } from './memory-objects.ts';
import { PHOTO_BYTES } from './photos.ts';
import type { World } from './world.ts';

type Asked = Omit<Intent, 'nowMs' | 'faulted' | 'isOver' | 'verdict'>;

interface Tools {
  readonly world: World;
  readonly db: Database;
  readonly call: Call;
  readonly intent: Intent;
}

/** One operation of the product, begun: `judged` says whether what its caller was told is what the model says. */
export interface Begun {
  readonly operation: Operation;
  readonly judged: () => void;
}

export function begin(
  world: World,
  db: Database,
  name: string,
  asked: Asked,
  run: (tools: Tools) => Promise<unknown>,
): Begun {
  world.note(`${name}`);
  let intent: Intent | undefined;
  const operation = startOperation(name, world.nowMs, (call, self) => {
    intent = { ...asked, nowMs: world.nowMs, faulted: () => self.faulted, isOver: () => self.ended !== undefined };
    return run({ world, db: judgedDatabase(world, db, call, intent), call, intent });
  });
  return { operation, judged: () => judgeAnswer(world, operation, intent?.verdict) };
}

export const HASHES = ['a', 'b'].map((letter) => letter.repeat(64));

export function beginCreate(
  world: World,
  db: Database,
  asked: { merchant: string; feature: string; key: string; otherBody: boolean; photos: number },
): Begun {
  const { merchant, feature, key, photos } = asked;
  const hash = HASHES[asked.otherBody ? 1 : 0] as string;
  const about = `create ${feature} of ${merchant}, key ${key}${asked.otherBody ? ', another body' : ''}, ${photos} photos`;
  const inputs = Array.from({ length: photos }, () => ({ contentType: 'image/jpeg' as const, sizeBytes: PHOTO_BYTES }));
  return begin(world, db, about, { kind: 'create', merchant, feature, key, hash, photos }, (tools) =>
    createTask(tools.db, {
      ...{ merchantId: merchant, featureId: feature, inputs, idempotencyKey: key, requestHash: hash },
      nowMs: world.nowMs,
    }),
  );
}

/** Has the event's function run, as the platform would. */
export function beginEvent(
  world: World,
  db: Database,
  key: string,
  work: NonNullable<Intent['work']>,
): Begun | undefined {
  const input = parseInputKey(key);
  if (input) {
    return begin(world, db, `event of ${key}`, { kind: 'accept' }, (tools) =>
      acceptInput({ db: tools.db, objects: memoryObjects(world, tools.call) }, input, world.nowMs),
    );
  }
  const unit = parseWorkKey(key);
  if (!unit) return undefined;
  return begin(world, db, `event of ${key}, work ${work}`, { kind: 'run', work }, (tools) =>
    runUnit(
      {
        db: tools.db,
        objects: memoryObjects(world, tools.call, tools.intent),
        clock: () => world.nowMs,
        processors: { 'basic-clean': processor(world, unit.taskId, work) },
        onFailure: () => undefined,
      },
      { taskId: unit.taskId, step: Number(unit.step), unit: Number(unit.unit) },
    ),
  );
}

function processor(world: World, taskId: string, work: Intent['work']): Processor {
  return async (photos) => {
    const task = world.model.tasks.get(taskId);
    photos.forEach((bytes, n) => {
      const version = `"${String(bytes.readUInt32BE(PHOTO_BYTES - 4)).padStart(32, '0')}"`;
      if (version !== task?.photos[n]?.etag && !task?.retryOf)
        world.violate('the photo in work is not the one that was checked');
    });
    if (work === 'hangs') return new Promise<never>(() => undefined);
    if (work === 'broken') throw new Error('the simulated processor broke');
    if (work === 'refused') throw new MediaRefusal('GARMENT_NOT_FOUND', 'simulated');
    return [{ name: 'white.jpg', contentType: 'image/jpeg', width: 8, height: 8, bytes: Buffer.alloc(8), flags: [] }];
  };
}

export function beginCancel(world: World, db: Database, task: string, merchant: string): Begun {
  return begin(world, db, `cancel ${task} by ${merchant}`, { kind: 'cancel', task, merchant }, (tools) =>
    cancelTask(tools.db, merchant, task, { nowMs: world.nowMs, language: 'zh' }),
  );
}

let copiers = 0;
/** Who sends a request to `http://copy-N.invalid`: the one call that the product makes by `fetch`. */
const copyCalls = new Map<string, { world: World; call: Call }>();

export function beginRetry(world: World, db: Database, old: string, key: string): Begun {
  const task = world.model.tasks.get(old);
  const { merchant = '', feature = { id: '' }, photos = [] } = task ?? {};
  const asked: Asked = {
    ...{ kind: 'create', merchant, feature: feature.id, key, hash: HASHES[0] as string },
    ...{ photos: photos.length, retryOf: old },
  };
  return begin(world, db, `retry ${old}, key ${key}`, asked, (tools) => {
    const host = `copy-${++copiers}.invalid`;
    copyCalls.set(host, { world, call: tools.call });
    const keys = { secretId: 'simulated', secretKey: 'simulated' };
    const bucket = { bucket: 'sim-1', region: 'ap-guangzhou', endpoint: `http://${host}`, credentials: () => keys };
    return retryTask(tools.db, bucket, {
      ...{ merchantId: merchant, taskId: old, idempotencyKey: key, requestHash: HASHES[0] as string },
      nowMs: world.nowMs,
    }).finally(() => copyCalls.delete(host));
  });
}

/** Takes the place of `fetch` in a simulation's process. */
export async function simulatedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = String(input);
  const caller = copyCalls.get(new URL(url).hostname);
  if (!caller) throw new TypeError(`a simulation has no network: ${url}`);
  const answer = async () => answerCopy(caller.world, url, new Headers(init?.headers));
  const { status, body } = await caller.call('COS copy', answer, () => new TypeError('fetch failed'));
  return new Response(body, { status });
}

export function beginSweep(world: World, db: Database): Begun {
  return begin(world, db, 'sweep', { kind: 'sweep' }, (tools) =>
    sweepTasks({ db: tools.db, objects: memoryObjects(world, tools.call) }, world.nowMs),
  );
}

const CODES: Readonly<Record<string, string>> = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  no_feature: 'FEATURE_NOT_FOUND',
  closed: 'FEATURE_CLOSED',
  too_many_inputs: 'VALIDATION_FAILED',
  no_account: 'NOT_SIGNED_IN',
  not_a_member: 'NOT_A_MEMBER',
  credits_short: 'CREDITS_SHORT',
  no_plan: 'PLAN_NOT_FOUND',
  not_paid: 'ORDER_NOT_PAID',
  nothing_left: 'NOTHING_TO_REFUND',
  nothing_unused: 'NOTHING_TO_REFUND',
  unknown: 'NOT_FOUND',
  shown: 'REDEEM_CODES_SHOWN',
  'code unknown': 'REDEEM_CODE_UNKNOWN',
  'code over': 'REDEEM_CODE_OVER',
  'code used': 'REDEEM_CODE_USED',
  'withdrawal open': 'WITHDRAWAL_OPEN',
  'withdrawal over': 'WITHDRAWAL_ENDED',
  'balance short': 'BALANCE_SHORT',
  below_least: 'VALIDATION_FAILED',
  'lot short': 'LOT_SHORT',
};
/** Refusals that the model has no part in: the channel's, COS's, and what is refused before a procedure is called. */
const OTHERS = ['PAYMENT_CHANNEL_FAILED', 'UNAVAILABLE', 'TASK_NOT_RETRYABLE', 'TASK_ENDED', 'NOT_FOUND'];

/** What the caller was told, against what the model says has happened. */
function judgeAnswer(world: World, operation: Operation, verdict: string | undefined): void {
  const { ended, name } = operation;
  if (!ended || operation.faulted) return;
  if ('error' in ended) {
    const { error } = ended;
    const told = error instanceof ApiError ? error.code : String((error as Error).stack ?? error);
    const expected = verdict?.startsWith('rate_limited') ? 'RATE_LIMITED' : CODES[verdict ?? ''];
    if (told !== expected && !OTHERS.includes(told))
      world.violate(`${name} failed with ${told}; expected ${expected ?? 'no failure'}`);
    return;
  }
  if (typeof ended.value === 'string') {
    const silent =
      verdict === undefined || (verdict === 'failed' && ended.value === 'refused') || verdict === 'unknown';
    if (!silent && ended.value !== verdict) world.violate(`${name} answered ${ended.value}; the model says ${verdict}`);
  } else if (verdict !== undefined && Object.hasOwn(CODES, verdict) && verdict !== 'unknown') {
    world.violate(`${name} succeeded; the model says ${verdict}`);
  }
  const failures = (ended.value as { failures?: unknown[] } | undefined)?.failures ?? [];
  // A timer's carries what it failed at.
  for (const failure of failures) {
    const { error = failure } = failure as { error?: unknown };
    world.violate(`${name}: ${String((error as Error).stack ?? error)}`);
  }
}
