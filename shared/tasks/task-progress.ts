import type { Plan } from '../features/plan.ts';
import type { TaskRow, UnitRow } from './read-task.ts';

export interface TaskProgress {
  readonly percent: number;
  readonly done: number;
  readonly total: number;
  readonly stage: { readonly name: string; readonly zh: string; readonly en: string };
  readonly remainingMs?: number;
}

const STAGES = {
  awaiting_upload: { name: 'upload', zh: '等待照片', en: 'Waiting for the photo' },
  queued: { name: 'queue', zh: '排队中', en: 'In the queue' },
  succeeded: { name: 'done', zh: '已完成', en: 'Done' },
  failed: { name: 'failed', zh: '未成功', en: 'Failed' },
  canceled: { name: 'canceled', zh: '已取消', en: 'Canceled' },
  expired: { name: 'expired', zh: '已过期', en: 'Expired' },
} as const;

/** How far a task is, by its units. Never backwards, and 100 only at success. `medianMs`: what such tasks lately took. */
export function progressOf(
  task: TaskRow,
  plan: Plan,
  units: readonly UnitRow[],
  { nowMs, medianMs }: { nowMs: number; medianMs: number | undefined },
): TaskProgress {
  const total = plan.reduce((sum, step) => sum + step.units, 0);
  // One that failed alone has ended, too: what is left is what counts.
  const done = units.filter(({ state }) => state === 'done' || state === 'failed').length;
  const percent = task.state === 'succeeded' ? 100 : Math.min(99, Math.floor((done / total) * 100));
  const { name = `step${task.step + 1}`, nameZh = '处理中', nameEn = 'Processing' } = plan[task.step] ?? {};
  return {
    percent,
    done,
    total,
    stage: task.state === 'processing' ? { name, zh: nameZh, en: nameEn } : STAGES[task.state],
    ...(medianMs !== undefined && { remainingMs: inSteps(medianMs - (nowMs - (task.queuedAtMs ?? nowMs))) }),
  };
}

/** An estimate is no countdown: in steps of five seconds, so that most polls between two units are answered 304. */
const inSteps = (ms: number): number => Math.ceil(Math.max(0, ms) / 5000) * 5000;
