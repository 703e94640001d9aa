import { systemClock } from '../../../shared/clock.ts';
import { type Database, openDatabase } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { type BenchStage, MERCHANTS, startBenchStage } from '../bench-stage.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, describeSamples, type RowResult } from '../row.ts';
import { type Contender, runRounds } from '../run-rounds.ts';
import { merchantId } from '../seed-merchants.ts';
import { openOrders, PRICE_FEN, seedPaidOrders } from '../seed-orders.ts';
import { seedTasks } from '../seed-tasks.ts';

const FEW = 1000;
const MANY = 1_000_000;
const LANES = 4;
/** Operations of one slice; what they are done to is made before it begins. */
const EACH = 240;

interface Grown {
  readonly stage: BenchStage;
  readonly databases: readonly Database[];
}

type Work = (db: Database, item: string) => Promise<unknown>;

interface Operation {
  readonly what: string;
  readonly prepare: (grown: Grown) => Promise<string[]>;
  readonly work: Work;
}

let keys = 0;

const anyMerchant = (): string => merchantId(Math.floor(Math.random() * MERCHANTS));
const inputs = [{ contentType: 'image/png' as const, sizeBytes: 1000 }];
const deduct = async (db: Database, merchant: string): Promise<string> =>
  (
    await createTask(db, {
      ...{ merchantId: merchant, featureId: 'basic_clean', inputs, requestHash: 'a'.repeat(64) },
      ...{ idempotencyKey: `money-${++keys}`, nowMs: systemClock() },
    })
  ).taskId;

async function settle(db: Database, orderId: string): Promise<void> {
  const [nowMs, now] = [systemClock(), sqlTime(systemClock())];
  const { outcome } = await db.callProcedure<{ outcome: string }>('settle_order_v5', [
    ...[orderId, 'wechat', `tx${orderId}`, PRICE_FEN, now, 'notify', 0],
    ...[newId('pay_', nowMs), newId('lot_', nowMs), newId('rfd_', nowMs), now, null],
  ]);
  if (outcome !== 'granted') throw new Error(`an order was ${outcome}`);
}

async function giveBack(db: Database, orderId: string): Promise<void> {
  const nowMs = systemClock();
  const { outcome } = await db.callProcedure<{ outcome: string }>('create_refund_v4', [
    ...[orderId, newId('rfd_', nowMs), 'whole', 'mch_operator', 'bench', `refund-${++keys}`, 'a'.repeat(64), 'req_1'],
    ...[sqlTime(nowMs), null],
  ]);
  if (outcome !== 'created') throw new Error(`a refund was ${outcome}`);
}

const merchants = async (): Promise<string[]> => Array.from({ length: EACH }, anyMerchant);
const orders = ({ stage }: Grown): Promise<string[]> => openOrders(stage.connection, EACH, systemClock());

/** Each as its procedure is called by the product: a task's credits taken and returned, an order paid and paid back. */
const OPERATIONS: readonly Operation[] = [
  { what: 'settle', prepare: orders, work: settle },
  { what: 'deduct', prepare: merchants, work: deduct },
  {
    what: 'return credits',
    prepare: async (grown) => {
      const pairs = (await merchants()).map(async (merchant, n) => {
        const db = grown.databases[n % LANES] as Database;
        return `${merchant} ${await deduct(db, merchant)}`;
      });
      return Promise.all(pairs);
    },
    work: (db, item) => {
      const [merchant = '', taskId = ''] = item.split(' ');
      return cancelTask(db, merchant, taskId, { nowMs: systemClock(), language: 'zh' });
    },
  },
  {
    what: 'refund of money',
    prepare: async (grown) => {
      const ids = await orders(grown);
      for (const id of ids) await settle(grown.databases[0] as Database, id);
      return ids;
    },
    work: giveBack,
  },
];

async function grown(count: number, say: (line: string) => void): Promise<Grown> {
  const stage = await startBenchStage();
  await seedTasks(stage.connection, count, say);
  await seedPaidOrders(stage.connection, count, say);
  const databases = Array.from({ length: LANES }, () => openDatabase({ readSecret: async () => stage.secret }));
  return { stage, databases };
}

async function slice(on: Grown, { prepare, work }: Operation): Promise<Sample> {
  const items = await prepare(on);
  const operations = items.length;
  const [startMs, cpu, databaseMs] = [performance.now(), process.cpuUsage(), on.stage.databaseCpuMs()];
  const lane = async (db: Database): Promise<void> => {
    for (let item = items.pop(); item !== undefined; item = items.pop()) await work(db, item);
  };
  await Promise.all(on.databases.map(lane));
  const { user, system } = process.cpuUsage(cpu);
  const databaseCpuMs = on.stage.databaseCpuMs() - databaseMs;
  const wallMs = performance.now() - startMs;
  return { operations, wallMs, cpuMs: (user + system) / 1000 + databaseCpuMs, databaseCpuMs };
}

async function run({ rounds, say }: BenchSettings): Promise<RowResult[]> {
  const few = await grown(FEW, say);
  const many = await grown(MANY, say);
  try {
    const contenders: Contender[] = OPERATIONS.flatMap((operation) => [
      { name: `${operation.what} few`, slice: () => slice(few, operation) },
      { name: `${operation.what} many`, slice: () => slice(many, operation) },
    ]);
    const samples = await runRounds(contenders, rounds, 2);
    return OPERATIONS.map(({ what }) => describe(what, samples[`${what} many`]!, samples[`${what} few`]!));
  } finally {
    for (const { databases, stage } of [few, many]) {
      await Promise.all(databases.map((db) => db.close()));
      await stage.stop();
    }
  }
}

function describe(what: string, large: readonly Sample[], small: readonly Sample[]): RowResult {
  const { wall, cpu } = compareRounds(large, small);
  return {
    row: 'money-growth',
    against: `${what} at 10³ orders and 10³ tasks; ours at 10⁶ of each`,
    wall,
    cpu,
    checks: [{ what: 'cpu', value: cpu.median, rule: '≤', bound: 1.3 }],
    figures: [describeSamples('10⁶', large), describeSamples('10³', small)],
  };
}

export const MONEY_GROWTH_ROW: BenchRow = { name: 'money-growth', title: 'cost of money as tables grow', run };
