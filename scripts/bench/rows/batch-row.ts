import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { DemoMerchant, type DemoPhoto } from '../../demo/demo-merchant.ts';
import { drawSample, sampleGarments } from '../../garments/draw-garment.ts';
import { localDatabase } from '../../local/local-database.ts';
import { startCloud } from '../../local/start-cloud.ts';
import { treeCpuMs } from '../process-cpu.ts';
import { median } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';

const PHOTOS = 20;
/** Each round takes 20 of the plan's 100 credits. */
const MOST_ROUNDS = 4;

async function drawPhotos(): Promise<DemoPhoto[]> {
  const drawn = await Promise.all(sampleGarments().map((sample) => drawSample(sample)));
  return Array.from({ length: PHOTOS }, (_, n) => {
    const bytes = drawn[n % drawn.length] as Buffer;
    return { name: `${n}.jpg`, contentType: 'image/jpeg' as const, bytes };
  });
}

async function run({ rounds }: BenchSettings): Promise<RowResult[]> {
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
    const photos = await drawPhotos();
    const measured: { busy: number; seconds: number }[] = [];
    for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) measured.push(await runBatch(merchant, photos));
    const busy = median(measured.map((one) => one.busy));
    const seconds = median(measured.map((one) => one.seconds));
    return [
      {
        ...{
          row: 'batch',
          against: `${PHOTOS} photos of 3 MP through basic clean-up, as one batch`,
          wall: null,
          cpu: null,
        },
        checks: [{ what: 'busy cores', value: busy, rule: '≥', bound: 1.7 }],
        figures: [`${seconds.toFixed(1)} s, ${(seconds / PHOTOS).toFixed(2)} s a photo, ${busy.toFixed(2)} cores busy`],
      },
    ];
  } finally {
    await cloud.close();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** CPU is that of the whole local cloud, this client included; the database's own is not counted. */
async function runBatch(merchant: DemoMerchant, photos: readonly DemoPhoto[]) {
  const [beganMs, cpuBeforeMs] = [performance.now(), treeCpuMs(process.pid)];
  const { taskIds } = await merchant.submitBatch('basic_clean', photos);
  const ended = await Promise.all(taskIds.map((taskId) => merchant.waitForEnd(taskId)));
  const failed = ended.filter(({ state }) => state !== 'succeeded');
  if (failed.length > 0) throw new Error(`${failed.length} of the batch's tasks did not succeed`);
  const wallMs = performance.now() - beganMs;
  return { busy: (treeCpuMs(process.pid) - cpuBeforeMs) / wallMs, seconds: wallMs / 1000 };
}

export const BATCH_ROW: BenchRow = { name: 'batch', title: 'a batch of twenty photos', run };
