import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { DemoMerchant } from '../../demo/demo-merchant.ts';
import { localDatabase } from '../../local/local-database.ts';
import { startCloud } from '../../local/start-cloud.ts';
import { startBenchStage } from '../bench-stage.ts';
import { lanesSlice } from '../lanes-slice.ts';
import { type OurCycle, ourCycle } from '../our-cycle.ts';
import { queueCycle } from '../peers/queue-cycle.ts';
import { processCpuMs } from '../process-cpu.ts';
import { compareRounds, median } from '../ratios.ts';
import { startRedis } from '../redis-server.ts';
import { type BenchRow, type BenchSettings, checksOf, describeSamples, type RowResult } from '../row.ts';
import { runRounds } from '../run-rounds.ts';

const LANES = 16;

const wholeWay = (cycle: OurCycle, lane: number) => async (): Promise<void> => {
  const taskId = await cycle.create(lane);
  await cycle.accept(lane, taskId);
  await cycle.finish(lane, taskId);
};

async function run(settings: BenchSettings): Promise<RowResult[]> {
  return [...(await transactionsOnly(settings)), await localPath(settings)];
}

async function transactionsOnly({ rounds, sliceMs, say }: BenchSettings): Promise<RowResult[]> {
  const stage = await startBenchStage();
  const redis = await startRedis(say);
  const ours = await ourCycle(stage.secret, LANES);
  const peer = await queueCycle(stage.peerSecret, redis.socketPath, LANES);
  try {
    const cpu = { databaseMs: stage.databaseCpuMs };
    const withRedis = { ...cpu, othersMs: () => processCpuMs(redis.pid) };
    const ourLanes = Array.from({ length: LANES }, (_, lane) => wholeWay(ours, lane));
    const peerLanes = Array.from({ length: LANES }, () => peer.run);
    const samples = await runRounds(
      [
        { name: 'ours', slice: () => lanesSlice(ourLanes, sliceMs, cpu) },
        { name: 'peer', slice: () => lanesSlice(peerLanes, sliceMs, withRedis) },
        { name: 'ours alone', slice: () => lanesSlice(ourLanes.slice(0, 1), sliceMs, cpu) },
        { name: 'peer alone', slice: () => lanesSlice(peerLanes.slice(0, 1), sliceMs, withRedis) },
      ],
      rounds,
      2,
    );
    const many = compareRounds(samples.ours, samples.peer);
    const alone = compareRounds(samples['ours alone'], samples['peer alone']);
    const named = (name: keyof typeof samples) => describeSamples(name, samples[name]);
    const row = 'cycle';
    return [
      {
        row,
        against: `MySQL, BullMQ with AOF always, MySQL; ${LANES} in flight`,
        wall: many.wall,
        cpu: many.cpu,
        checks: checksOf(many, { wall: 2.5 }),
        figures: [named('ours'), named('peer')],
      },
      {
        row,
        against: 'the same, one in flight',
        wall: alone.wall,
        cpu: alone.cpu,
        checks: checksOf(alone, { p50: 1 / 3 }),
        figures: [named('ours alone'), named('peer alone')],
      },
    ];
  } finally {
    await Promise.all([ours.close(), peer.close()]);
    await redis.stop();
    await stage.stop();
  }
}

/** A file that is no image fails, which is a whole way without any picture work: task, PUT, event, end, refund. */
const NO_IMAGE = {
  name: 'no-image.jpg',
  bytes: Buffer.from('This is no photo.\n'.repeat(100)),
  contentType: 'image/jpeg' as const,
};
const TASKS_A_ROUND = 4;

async function localPath({ rounds }: BenchSettings): Promise<RowResult> {
  await buildFunctions();
  const folder = await mkdtemp(join(tmpdir(), 'yiying-bench-'));
  const database = await localDatabase();
  const cloud = await startCloud({
    root: REPOSITORY_ROOT,
    distFolder: join(REPOSITORY_ROOT, 'dist'),
    dataFolder: folder,
    keysFile: join(folder, 'keys.json'),
    database: database.connection as Parameters<typeof startCloud>[0]['database'],
  });
  try {
    const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
    await merchant.signIn();
    await merchant.buyPlan('monthly_99');
    const timesMs: number[] = [];
    for (let i = 0; i <= rounds * TASKS_A_ROUND; i++) {
      const taskId = await merchant.submit('basic_clean', NO_IMAGE);
      const submittedMs = performance.now();
      await merchant.waitForEnd(taskId);
      if (i > 0) timesMs.push(performance.now() - submittedMs);
    }
    return {
      row: 'cycle',
      against: 'the whole local path: uploaded photo to refused and refunded, seen by a polling client',
      wall: null,
      cpu: null,
      checks: [],
      figures: [`p50 ${median(timesMs).toFixed(0)} ms, least ${Math.min(...timesMs).toFixed(0)} ms`],
    };
  } finally {
    await cloud.close();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export const CYCLE_ROW: BenchRow = { name: 'cycle', title: 'create, event, end of a card that does nothing', run };
