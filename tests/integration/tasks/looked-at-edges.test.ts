import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { HEAD_BYTES } from '../../../shared/media/inspect-head.ts';
import type { Moderator, Refusal, TextModerator } from '../../../shared/moderation/moderator.ts';
import { acceptInput, type TaskServices } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { moderateOutputs } from '../../../shared/tasks/moderate-outputs.ts';
import { expireTask, type StoredOutput } from '../../../shared/tasks/unit-procedures.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  OUTPUT,
  replan,
  stateOf,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

const BAD: Refusal = {
  ...{ kind: 'refused', suggestion: 'Block', label: 'Ad', subLabel: '', score: 90, requestId: 'r' },
};

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 9, { expiresAtMs: NOW_MS + 30 * DAY_MS });
});

const sent = async (bytes = jpeg, over: Parameters<typeof taskRequest>[1] = {}): Promise<string> => {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: Math.max(1, bytes.length) }];
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { inputs, ...over }));
  await stage.objects.put(`inputs/${taskId}/0`, bytes, 'image/jpeg');
  stage.takeEvents();
  return taskId;
};
const poster = () => sent(jpeg, { featureId: 'poster', form: { title: '新品', subtitle: '', layout: 'banner' } });
const accept = (taskId: string, over: Partial<TaskServices> = {}, index = 0) =>
  acceptInput({ ...stage, ...over }, { taskId, index }, NOW_MS);
const codeOf = async (taskId: string) =>
  (await stage.db.query<{ code: string }>('SELECT error_code AS code FROM tasks WHERE id = ?', [taskId]))[0]?.code;
const md5 = () => createHash('md5').update(jpeg).digest('hex');
const passing: Moderator = async () => ({ kind: 'passed', md5: md5() });

/** An `objects` that writes down how a photo was read. */
function reading(): { reads: unknown[]; objects: Objects } {
  const reads: unknown[] = [];
  const get: Objects['get'] = (key, options) => {
    reads.push(options);
    return stage.objects.get(key, options);
  };
  return { reads, objects: { ...stage.objects, get } };
}

describe('of a photo', () => {
  it('only the head is read, and of the one that is there', async () => {
    const taskId = await sent(Buffer.concat([jpeg, Buffer.alloc(HEAD_BYTES)]));
    const { etag } = await stage.objects.head(`inputs/${taskId}/0`);
    const { reads, objects } = reading();
    expect(await accept(taskId, { objects })).toBe('queued');
    expect(reads).toEqual([{ ifMatch: etag, range: [0, HEAD_BYTES - 1] }]);
  });

  it('all is read where it is smaller than that, or its header is longer', async () => {
    const segment = Buffer.alloc(65_535);
    segment.set([0xff, 0xef, 0xff, 0xfd]);
    const long = Buffer.concat([jpeg.subarray(0, 2), ...Array<Buffer>(5).fill(segment), jpeg.subarray(2)]);
    const { reads, objects } = reading();
    for (const bytes of [jpeg, long]) expect(await accept(await sent(bytes), { objects })).toBe('queued');
    expect(reads).toMatchObject([
      ...[jpeg.length - 1, HEAD_BYTES - 1, long.length - 1].map((last) => ({ range: [0, last] })),
    ]);
  });

  it('nothing is read where it has no bytes', async () => {
    const taskId = await sent(Buffer.alloc(0));
    const { reads, objects } = reading();
    expect(await accept(taskId, { objects })).toBe('refused');
    expect([reads, await codeOf(taskId)]).toEqual([[], 'INPUT_EMPTY']);
  });

  it('that comes in part nothing is said', async () => {
    const taskId = await sent();
    const get: Objects['get'] = async (key) => {
      const { bytes, ...rest } = await stage.objects.get(key);
      return { ...rest, bytes: bytes.subarray(0, 10) };
    };
    await expect(accept(taskId, { objects: { ...stage.objects, get } })).rejects.toThrow(
      'a whole file was inspected without an answer',
    );
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
  });

  it('the request that it began with is told, or that there is none', async () => {
    const told: unknown[] = [];
    const onTrace = (trace: string | null) => void told.push(trace);
    await accept(await sent(jpeg, { trace: 'trace-of-a-click' }), { onTrace });
    await accept(await sent(), { onTrace });
    expect(await accept('tsk_none', { onTrace })).toBe('ignored');
    expect(told).toEqual(['trace-of-a-click', null, null]);
  });
});

describe('a task that is queued', () => {
  it('has ten minutes, and its units are looked at after half a minute', async () => {
    const taskId = await sent();
    await accept(taskId);
    const [task] = await stage.db.query(
      `SELECT t.queued_at AS atMs, t.deadline_at AS untilMs, u.sweep_at AS lookMs
       FROM tasks t JOIN task_units u ON u.task_id = t.id WHERE t.id = ?`,
      [taskId],
    );
    expect(task).toEqual({ atMs: NOW_MS, untilMs: NOW_MS + 600_000, lookMs: NOW_MS + 30_000 });
  });

  it('goes on with a step that its plan has', async () => {
    const taskId = await sent();
    await stage.db.write('UPDATE tasks SET step = 1 WHERE id = ?', [taskId]);
    await replan(stage.db, taskId, { units: 1 });
    await expect(accept(taskId)).rejects.toThrow('the plan has no step 1');
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
  });
});

describe('a photo and the words beside it', () => {
  it('are looked at by name; words only beside the first photo', async () => {
    const taskId = await poster();
    await stage.db.write(
      `INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
       SELECT task_id, 1, merchant_id, content_type, size_bytes, ? FROM task_inputs WHERE task_id = ? AND n = 0`,
      [`inputs/${taskId}/1`, taskId],
    );
    await stage.objects.put(`inputs/${taskId}/1`, jpeg, 'image/jpeg');
    const asked: unknown[] = [];
    const moderator: Moderator = async (one) => {
      asked.push(one);
      return passing(one);
    };
    const textModerator: TextModerator = async (one) => {
      asked.push(one);
      return { kind: 'passed' };
    };
    expect(await accept(taskId, { moderator, textModerator }, 1)).toBe('waiting');
    expect(asked).toEqual([{ key: `inputs/${taskId}/1`, dataId: `${taskId}-i1`, nowMs: NOW_MS }]);
    expect(stage.takeEvents().filter((key) => key.startsWith('work/'))).toEqual([]);
    expect(await accept(taskId, { moderator, textModerator })).toBe('queued');
    expect(asked.slice(1)).toEqual([
      { key: `inputs/${taskId}/0`, dataId: `${taskId}-i0`, nowMs: NOW_MS },
      { text: '新品', dataId: `${taskId}-t0`, nowMs: NOW_MS },
    ]);
  });

  it('are refused when one of them is, whatever becomes of the other', async () => {
    const away = () => Promise.reject(new Error('away'));
    const refused = await poster();
    expect(await accept(refused, { moderator: away, textModerator: async () => BAD })).toBe('refused');
    expect(await codeOf(refused)).toBe('TEXT_REFUSED');
    const other = await poster();
    expect(await accept(other, { moderator: async () => BAD, textModerator: away })).toBe('refused');
    expect(await codeOf(other)).toBe('CONTENT_REFUSED');
    const unread = await poster();
    await expect(accept(unread, { moderator: passing, textModerator: away })).rejects.toThrow('away');
    expect(await stateOf(stage.db, unread)).toBe('awaiting_upload');
  });

  it('end nothing that has ended meanwhile', async () => {
    const taskId = await poster();
    const callProcedure: Database['callProcedure'] = async (name, params) => {
      if (name.startsWith('refuse_input')) await expireTask(stage.db, taskId, NOW_MS + DAY_MS);
      return stage.db.callProcedure(name, params);
    };
    const over = { db: { ...stage.db, callProcedure }, textModerator: async () => BAD };
    expect(await accept(taskId, over)).toBe('ignored');
    expect(await stateOf(stage.db, taskId)).toBe('expired');
  });
});

describe('a photo', () => {
  it.each([
    ['OtherBytes', { kind: 'passed', md5: '0'.repeat(32) }],
    ['NoMd5', { kind: 'passed', md5: undefined }],
  ] as const)('of which nobody knows that it was looked at (%s) waits', async (code, verdict) => {
    const taskId = await sent();
    await expect(accept(taskId, { moderator: async () => verdict })).rejects.toMatchObject({ code });
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
  });

  it('that whoever looks cannot open is refused', async () => {
    const taskId = await sent();
    expect(await accept(taskId, { moderator: async () => ({ kind: 'uncheckable', code: 'x' }) })).toBe('refused');
    expect(await codeOf(taskId)).toBe('INPUT_NOT_CHECKABLE');
  });

  it('that was refused is not looked at again, nor another in its place, and goes', async () => {
    const taskId = await sent();
    const key = `inputs/${taskId}/0`;
    const db: Database = { ...stage.db, callProcedure: () => Promise.reject(new Error('gone')) };
    await expect(accept(taskId, { db, moderator: async () => BAD })).rejects.toThrow('gone');
    await stage.objects.put(key, jpeg, 'image/jpeg');
    const asked: string[] = [];
    const moderator: Moderator = (one) => {
      asked.push(one.key);
      return passing(one);
    };
    expect(await accept(taskId, { moderator })).toBe('refused');
    expect([asked, await codeOf(taskId)]).toEqual([[], 'CONTENT_REFUSED']);
    await expect(stage.objects.head(key)).rejects.toMatchObject({ name: 'ObjectNotFound' });
  });
});

describe('what a unit has made', () => {
  const plan = [
    { processor: 'p', units: 1, timeLimitSeconds: 60, attempts: 1, results: ['white.jpg', 'copy.txt', 'last.png'] },
  ];
  const made = (name: string, contentType = 'image/jpeg'): StoredOutput => ({
    ...{ ...OUTPUT, name, contentType, key: `outputs/tsk_x/0/2/lse_x/${name}` },
  });
  const outputs = [
    made('white.jpg'),
    made('hidden.jpg'),
    made('copy.txt', 'text/plain'),
    made('copy.txt', 'text/of-an-image/'),
    made('last.png', 'image/png'),
  ];
  const look = (moderator?: Moderator) => {
    const lease = { taskId: 'tsk_x', step: 0, unit: 2, leaseId: 'lse_x' };
    return moderateOutputs({ ...stage, moderator }, { lease, merchantId: merchant, plan }, outputs, NOW_MS);
  };

  it('for its merchant is looked at where it is a picture, each by a name of its own', async () => {
    const asked: unknown[] = [];
    await look(async (one) => {
      asked.push(one);
      return { kind: 'passed', md5: undefined };
    });
    const names = ['white.jpg', 'last.png'];
    expect(asked).toEqual(
      names.map((name, n) => ({
        ...{ key: `outputs/tsk_x/0/2/lse_x/${name}`, dataId: `tsk_x-0-2-${n}`, nowMs: NOW_MS },
      })),
    );
    await look(undefined);
  });

  it('and nobody could look at is made again; what is refused is recorded, told by its name, and goes', async () => {
    await expect(look(async () => ({ kind: 'uncheckable', code: 'TooLarge' }))).rejects.toMatchObject({
      ...{ name: 'ModerationUnavailable', code: 'TooLarge' },
    });
    const { key } = made('white.jpg');
    await stage.objects.put(key, jpeg, 'image/jpeg');
    const refusing: Moderator = async (one) => (one.key === key ? BAD : { kind: 'passed', md5: undefined });
    await expect(look(refusing)).rejects.toMatchObject({ code: 'CONTENT_REFUSED', detail: 'white.jpg' });
    await expect(stage.objects.head(key)).rejects.toMatchObject({ name: 'ObjectNotFound' });
    expect(
      await stage.db.query('SELECT merchant_id AS who, task_id AS taskId FROM content_refusals WHERE object_key = ?', [
        key,
      ]),
    ).toEqual([{ who: merchant, taskId: 'tsk_x' }]);
  });
});
