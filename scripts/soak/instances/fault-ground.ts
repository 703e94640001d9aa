import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import type { Arena } from '../bursts/arena.ts';
import type { TestBuild } from './build-test-functions.ts';
import { type FaultStage, START_MS } from './fault-stage.ts';
import { timerEvent } from './function-events.ts';
import { loadInstance, type Main } from './load-instance.ts';
import { emptyProduct, listTables, type ProductState, readState } from './product-state.ts';

/** A stage with sound instances on it, which do what is not under test, and afterwards whatever is left to do. */
export interface FaultGround {
  readonly stage: FaultStage;
  readonly arena: Arena;
  /** Has that instance begun: how long a cold one takes says nothing of a fault. */
  readonly warm: (name: string) => void;
  /** By an instance that nothing befalls; functions have as many of them as are asked for by number. */
  readonly call: (name: string, event: object, instance?: number) => Promise<unknown>;
  /** Empties the tables and sets the clock back. */
  readonly begin: () => Promise<void>;
  /** Delivers events and lets the sweeper's time come until every task has ended. @returns what never ended */
  readonly settle: () => Promise<string[]>;
  readonly audit: () => Promise<string[]>;
  readonly state: (timeless: boolean) => Promise<ProductState>;
}

/** Every state has a deadline of an hour at most, and a task at most four of them. */
const ROUNDS = 60;

export async function openGround(stage: FaultStage, build: TestBuild): Promise<FaultGround> {
  const tables = await listTables(stage.plain);
  const sound = new Map<string, Main>();
  const arena: Arena = { db: stage.db, plain: stage.plain, connections: [stage.db], objects: stage.objects };
  const load = (name: string, instance = 0): Main => {
    const surroundings = { clock: () => stage.nowMs, environment: stage.environment, write: () => undefined };
    const main = sound.get(`${name} ${instance}`) ?? loadInstance(build.fileOf(name), surroundings);
    sound.set(`${name} ${instance}`, main);
    return main;
  };
  const call: FaultGround['call'] = (name, event, instance) => load(name, instance)(event, { request_id: 'req-sound' });
  return {
    ...{ stage, arena, call },
    warm: (name) => void load(name),
    begin: async () => {
      await emptyProduct(stage.plain, tables);
      stage.events.length = 0;
      stage.nowMs = START_MS;
    },
    settle: async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await deliverAll(stage, call);
        const dueMs = await nextDue(stage);
        if (dueMs === null) return [];
        stage.nowMs = Math.max(stage.nowMs + 1000, dueMs);
        await call('sweep-tasks', timerEvent('sweep-tasks'));
        if (await hasJobs(stage)) await call('poll-provider-jobs', timerEvent('poll-provider-jobs'));
      }
      return ['a task never ends'];
    },
    audit: async () =>
      (await auditLedger(stage.db, 0)).map(({ rule, what, row }) => `${rule} ${what}: ${JSON.stringify(row)}`),
    state: (timeless) => readState(stage.plain, tables, { timeless }),
  };
}

/** The function that takes the event of an object with this key. */
export function whoseEvent(key: string): string {
  if (key.startsWith('inputs/')) return 'start-task';
  if (key.startsWith('work/archive/')) return 'build-archive';
  return key.startsWith('work/provider/') ? 'run-provider-step' : 'run-image-step';
}

async function deliverAll({ events }: FaultStage, call: FaultGround['call']): Promise<void> {
  for (let next = events.shift(); next; next = events.shift()) {
    await call(whoseEvent(next.key), next.event);
  }
}

/** Does anything at an engine wait to be asked about, or for a place? */
async function hasJobs({ plain }: FaultStage): Promise<boolean> {
  const [rows] = await plain.query(
    'SELECT attempt_id FROM provider_jobs WHERE poll_at IS NOT NULL UNION ALL SELECT task_id FROM engine_queue LIMIT 1',
  );
  return (rows as unknown[]).length > 0;
}

/** When the sweeper next has something to do; null when everything has ended. */
async function nextDue({ plain }: FaultStage): Promise<number | null> {
  const [rows] = await plain.query(
    `SELECT MIN(sweep_at) AS due FROM (SELECT sweep_at FROM tasks UNION ALL SELECT sweep_at FROM task_units
     UNION ALL SELECT sweep_at FROM archives WHERE state <> 'ready'
     UNION ALL SELECT poll_at FROM provider_jobs) AS all_of_them`,
  );
  return (rows as { due: Date | null }[])[0]?.due?.getTime() ?? null;
}
