import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../../shared/contract/tasks.ts';
import type { Plan } from '../../../shared/features/plan.ts';
import type { TaskRow, UnitRow } from '../../../shared/tasks/read-task.ts';
import { isRefunded, isTerminal } from '../../../shared/tasks/task.ts';
import { progressOf } from '../../../shared/tasks/task-progress.ts';
import { taskErrorText, taskSummary } from '../../../shared/tasks/task-summary.ts';

const NOW_MS = 1_700_000_000_000;
const rowOf = (over: Partial<TaskRow> = {}): TaskRow => ({
  ...{ taskId: 'tsk_1', merchantId: 'mch_1', featureId: 'basic_clean', state: 'processing', credits: 6 },
  ...{ featureVersion: 1, refundedCredits: 0, pipelineJson: '[]', formJson: null, step: 0, retryOf: null },
  ...{ errorCode: null, createdAtMs: NOW_MS, queuedAtMs: NOW_MS, endedAtMs: null, trace: null },
  ...over,
});
const step = (units: number, names: object = {}): Plan[number] => {
  return { processor: 'cut', units, timeLimitSeconds: 60, attempts: 3, ...names };
};
const unitsOf = (...states: UnitRow['state'][]): UnitRow[] => states.map((state, unit) => ({ step: 0, unit, state }));
const progress = (
  over: Partial<TaskRow>,
  plan: Plan = [step(1), step(6)],
  units: readonly UnitRow[] = [],
  { nowMs = NOW_MS, medianMs }: { nowMs?: number; medianMs?: number } = {},
) => progressOf(rowOf(over), plan, units, { nowMs, medianMs });

describe('how far a task is', () => {
  it.each<[UnitRow['state'][], number, number]>([
    [[], 0, 0],
    [['waiting', 'leased', 'dropped'], 0, 0],
    [['done', 'leased'], 1, 14],
    [['done', 'failed', 'waiting'], 2, 28],
    [Array(7).fill('done'), 7, 99],
  ])('with its units %s: %i of seven, %i per cent', (states, done, percent) => {
    expect(progress({}, undefined, unitsOf(...states))).toMatchObject({ done, percent, total: 7 });
  });

  it('is the end at success, whatever failed alone, and at no other end', () => {
    const some = unitsOf('done', 'failed');
    expect(progress({ state: 'succeeded' }, undefined, some)).toMatchObject({ done: 2, percent: 100 });
    expect(progress({ state: 'failed' }, undefined, some).percent).toBe(28);
    expect(progress({ state: 'canceled' }, undefined, unitsOf(...Array(7).fill('done'))).percent).toBe(99);
  });
});

describe('where a task is', () => {
  it.each<[TaskState, object]>([
    ['awaiting_upload', { name: 'upload', zh: '等待照片', en: 'Waiting for the photo' }],
    ['queued', { name: 'queue', zh: '排队中', en: 'In the queue' }],
    ['succeeded', { name: 'done', zh: '已完成', en: 'Done' }],
    ['failed', { name: 'failed', zh: '未成功', en: 'Failed' }],
    ['canceled', { name: 'canceled', zh: '已取消', en: 'Canceled' }],
    ['expired', { name: 'expired', zh: '已过期', en: 'Expired' }],
  ])('%s', (state, stage) => {
    expect(progress({ state }, [step(1, { name: 'cut' })]).stage).toEqual(stage);
  });

  it('is the step that it works on, as its card calls it', () => {
    const plan = [step(1), step(1, { name: 'sheet', nameZh: '拼图', nameEn: 'Sheet' })];
    expect(progress({ step: 1 }, plan).stage).toEqual({ name: 'sheet', zh: '拼图', en: 'Sheet' });
    const nameless = (n: number) => ({ name: `step${n}`, zh: '处理中', en: 'Processing' });
    expect(progress({ step: 0 }, plan).stage).toEqual(nameless(1));
    expect(progress({ step: 2 }, plan).stage).toEqual(nameless(3));
  });
});

describe('what is left of the usual time', () => {
  it.each([
    { medianMs: 40_000, waitedMs: 0, remainingMs: 40_000 },
    { medianMs: 40_001, waitedMs: 0, remainingMs: 45_000 },
    { medianMs: 40_000, waitedMs: 1, remainingMs: 40_000 },
    { medianMs: 40_000, waitedMs: 5000, remainingMs: 35_000 },
    { medianMs: 40_000, waitedMs: 39_999, remainingMs: 5000 },
    { medianMs: 40_000, waitedMs: 40_000, remainingMs: 0 },
    { medianMs: 40_000, waitedMs: 90_000, remainingMs: 0 },
  ])('$remainingMs ms of $medianMs after $waitedMs', ({ medianMs, waitedMs, remainingMs }) => {
    const over = { createdAtMs: NOW_MS - 600_000, queuedAtMs: NOW_MS - waitedMs };
    expect(progress(over, undefined, [], { medianMs }).remainingMs).toBe(remainingMs);
  });

  it('is all of it before the queue, and nothing is said where it is not known', () => {
    const waits = { state: 'awaiting_upload', queuedAtMs: null } as const;
    expect(progress(waits, undefined, [], { medianMs: 20_000 }).remainingMs).toBe(20_000);
    expect(progress({})).not.toHaveProperty('remainingMs');
  });
});

describe('what a merchant sees of a task', () => {
  it('is nothing that there is not', () => {
    expect(taskSummary(rowOf(), 'zh')).toStrictEqual({
      ...{ taskId: 'tsk_1', featureId: 'basic_clean', state: 'processing', credits: 6, refunded: false },
      ...{ refundedCredits: 0, createdAtMs: NOW_MS },
    });
  });

  it('is what it repeats, why it ended, when, and what came back', () => {
    const ended = { retryOf: 'tsk_0', errorCode: 'GARMENT_NOT_FOUND', endedAtMs: NOW_MS + 1 };
    expect(taskSummary(rowOf({ ...ended, state: 'failed' }), 'zh')).toMatchObject({
      ...{ retryOf: 'tsk_0', refunded: true, refundedCredits: 6, endedAtMs: NOW_MS + 1 },
      error: { code: 'GARMENT_NOT_FOUND', message: '没有在照片中找到服装' },
    });
    const short = taskSummary(rowOf({ state: 'succeeded', refundedCredits: 2 }), 'zh');
    expect(short).toMatchObject({ refunded: false, refundedCredits: 2 });
  });

  it.each<[string, 'zh' | 'en', string]>([
    ['GARMENT_NOT_FOUND', 'en', 'No garment was found in the photo'],
    ['A_CODE_OF_LONG_AGO', 'zh', '处理失败'],
    ['A_CODE_OF_LONG_AGO', 'en', 'Processing failed'],
    // What every object has is no code.
    ['constructor', 'en', 'Processing failed'],
  ])('of its code %s in %s: %s', (code, language, text) => {
    expect(taskErrorText(code, language)).toBe(text);
  });
});

it.each<[TaskState, boolean, boolean]>([
  ['awaiting_upload', false, false],
  ['queued', false, false],
  ['processing', false, false],
  ['succeeded', true, false],
  ['failed', true, true],
  ['canceled', true, true],
  ['expired', true, true],
])('%s: an end, %s; its credits are back, %s', (state, ends, refunds) => {
  expect([isTerminal(state), isRefunded(state)]).toEqual([ends, refunds]);
});
