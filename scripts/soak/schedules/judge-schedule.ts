import type { TaskState } from '../../../shared/contract/tasks.ts';
import { isRefunded, isTerminal } from '../../../shared/tasks/task.ts';
import type { FaultGround } from '../instances/fault-ground.ts';
import { timerEvent } from '../instances/function-events.ts';
import { CREDITS, GRANTED, type Ordered, SETS, UNITS } from './order-tasks.ts';

const DAY_MS = 86_400_000;

interface TaskRow {
  readonly id: string;
  readonly state: TaskState;
  readonly credits: number;
  /** By the entries that name the task: what it took and did not give back. */
  readonly spent: number;
  readonly sweepAt: Date | null;
  readonly posesFailed: number;
  /** Files, of which a repeated task has taken some over. */
  readonly poses: number;
  readonly sets: number;
  readonly open: number;
}

/** What is not as it has to be when nothing is under way any more, and after the days that things are kept. */
export async function judgeSchedule(
  ground: FaultGround,
  ordered: Ordered,
): Promise<{ readonly tasks: readonly TaskRow[]; readonly problems: readonly string[] }> {
  const tasks = await read<TaskRow>(ground, TASKS, [ordered.merchant]);
  const problems = [
    ...tasks.flatMap(judgeTask),
    ...(await judgeCredits(ground, tasks, ordered.merchant)),
    ...(await judgeEngine(ground)),
    ...(await judgeObjects(ground)),
  ];
  return { tasks, problems };
}

const TASKS = `SELECT t.id, t.state, t.credits, t.sweep_at AS sweepAt,
    (SELECT CAST(-SUM(e.amount) AS SIGNED) FROM quota_entries e WHERE e.task_id = t.id) AS spent,
    (SELECT COUNT(*) FROM task_outputs o WHERE o.task_id = t.id AND o.step = 0) AS poses,
    (SELECT COUNT(*) FROM task_outputs o WHERE o.task_id = t.id AND o.step = 1) AS sets,
    COUNT(CASE WHEN u.step = 0 AND u.state = 'failed' THEN 1 END) AS posesFailed,
    COUNT(CASE WHEN u.sweep_at IS NOT NULL THEN 1 END) AS open
  FROM tasks t LEFT JOIN task_units u ON u.task_id = t.id WHERE t.merchant_id = ? GROUP BY t.id, t.state, t.credits, t.sweep_at`;

function judgeTask({ id, state, credits, spent, sweepAt, open, ...units }: TaskRow): string[] {
  const { poses, posesFailed, sets } = units;
  const isWhole = poses + posesFailed === UNITS && poses > 0 && sets === SETS;
  const due = isRefunded(state) ? 0 : credits - (posesFailed * CREDITS) / UNITS;
  return [
    ...(isTerminal(state) ? [] : [`${id} is still ${state}`]),
    ...(sweepAt !== null || open > 0 ? [`${id}, ${state}: something of it is still to be looked at`] : []),
    ...(state === 'succeeded' && !isWhole ? [`${id} succeeded with ${JSON.stringify(units)}`] : []),
    ...(spent === due ? [] : [`${id}, ${state}: took ${spent} credits, ${due} are due`]),
  ];
}

async function judgeCredits(ground: FaultGround, tasks: readonly TaskRow[], merchant: string): Promise<string[]> {
  const spent = tasks.reduce((sum, task) => sum + task.spent, 0);
  const expected = GRANTED.reduce((sum, amount) => sum + amount, 0) - spent;
  const [lots] = await read<{ held: string }>(ground, HELD, [merchant]);
  return Number(lots?.held) === expected ? [] : [`${lots?.held} credits are left, ${expected} are to be`];
}
const HELD = 'SELECT COALESCE(SUM(remaining), 0) AS held FROM quota_lots WHERE merchant_id = ?';

/** Nothing waits for a place, nothing is asked about, and whoever held a place has given it back. */
async function judgeEngine(ground: FaultGround): Promise<string[]> {
  const { nowMs } = ground.stage;
  const slots = await read<{ attempt_id: string; held_until: Date }>(ground, 'SELECT * FROM engine_slots');
  const jobs = await read<{ state: string }>(ground, 'SELECT state FROM provider_jobs WHERE poll_at IS NOT NULL');
  const queue = await read(ground, 'SELECT task_id FROM engine_queue');
  return [
    ...slots.filter((slot) => slot.held_until.getTime() > nowMs).map((slot) => `${slot.attempt_id} keeps its place`),
    ...jobs.map(({ state }) => `a job that is ${state} is still asked about`),
    ...(queue.length > 0 ? [`${queue.length} wait for a place at the engine`] : []),
  ];
}

/** Results are there, and nothing beside them; photos and work are gone after their days, and results after theirs. */
async function judgeObjects(ground: FaultGround): Promise<string[]> {
  const { stage, call } = ground;
  const named = (await read<{ key: string }>(ground, KEPT)).map(({ key }) => key).sort();
  const keys = (prefix = ''): string[] =>
    stage.bucket.keys().filter((key) => key.startsWith(prefix) && !key.startsWith('models/'));
  const results = keys('outputs/').sort();
  const problems = [
    ...results.filter((key) => !named.includes(key)).map((key) => `no row names ${key}`),
    ...named.filter((key) => !results.includes(key)).map((key) => `${key} is not there`),
  ];
  const endMs = stage.nowMs;
  stage.nowMs = endMs + 8 * DAY_MS;
  stage.bucket.runLifecycle();
  problems.push(
    ...keys()
      .filter((key) => !key.startsWith('outputs/'))
      .map((key) => `${key} is there after 8 days`),
  );
  if (String(keys('outputs/').sort()) !== String(results)) problems.push('results went with the photos');
  // A day before the bucket's own rule: our own timer deletes, and says so.
  stage.nowMs = endMs + 180 * DAY_MS;
  await call('sweep-library', timerEvent('sweep-library'));
  problems.push(...keys().map((key) => `${key} is there after 180 days`));
  problems.push(
    ...(await read<{ key: string }>(ground, KEPT)).map(({ key }) => `the row of ${key} does not say that it is gone`),
  );
  return problems;
}
const KEPT = 'SELECT object_key AS `key` FROM task_outputs WHERE purged_at IS NULL';

async function read<Row extends object>({ stage }: FaultGround, sql: string, values: unknown[] = []): Promise<Row[]> {
  const [rows] = await stage.plain.query(sql, values);
  return rows as Row[];
}
