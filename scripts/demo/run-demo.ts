import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkArchive } from './check-archive.ts';
import type { DemoMerchant, DemoPhoto } from './demo-merchant.ts';
import type { DemoArchive, DemoOutput, DemoRefund, DemoReport, DemoTask } from './demo-report.ts';

export interface DemoPlan {
  readonly merchant: DemoMerchant;
  /** Who gives the unused part back at the end; nobody, when it is not said. */
  readonly operator?: DemoMerchant;
  /** By which channel the plan is paid; WeChat Pay when it is not said. */
  readonly channel?: 'wechat' | 'alipay';
  readonly photos: readonly DemoPhoto[];
  /** Which card; basic_clean when it is not said. */
  readonly featureId?: string;
  /** The photos are ordered as one batch. */
  readonly batch?: boolean;
  readonly outputFolder: string;
  readonly say: (line: string) => void;
  readonly now: () => number;
}

/** A file that says it is a JPEG and is none: its task must fail and give its credit back. */
const NO_IMAGE: DemoPhoto = {
  name: 'not-an-image.jpg',
  bytes: Buffer.from('This is no photo, whatever its name says.\n'.repeat(40)),
  contentType: 'image/jpeg',
};

interface Order {
  readonly featureId: string;
  /** Names the folder of what it makes. */
  readonly name: string;
  /** None: the card is given words alone. */
  readonly photo?: DemoPhoto;
}

/** The main job, as a merchant's HTTP client does it; then one task that must fail, to show the refund. */
export async function runDemo({
  merchant,
  operator,
  channel = 'wechat',
  photos,
  featureId = 'basic_clean',
  batch = false,
  outputFolder,
  say,
  now,
}: DemoPlan): Promise<DemoReport> {
  say(`登录 signed in as ${await merchant.signIn()}`);
  const order = await merchant.buyPlan('monthly_99', channel);
  const before = await merchant.balance();
  say(`购买 bought ${order.planId} by ${channel} for ¥${(order.amountFen / 100).toFixed(2)}: ${before} credits`);
  // All at once: the cloud decides how many it processes side by side.
  const startedMs = now();
  const together = batch ? await merchant.submitBatch(featureId, photos) : undefined;
  const orders: Order[] = (await merchant.takesPhotos(featureId))
    ? [...photos, NO_IMAGE].map((photo) => ({ featureId, name: photo.name, photo }))
    : [
        { featureId, name: featureId },
        { featureId: 'basic_clean', name: NO_IMAGE.name, photo: NO_IMAGE },
      ];
  const tasks = await Promise.all(
    orders.map(async ({ name, photo, featureId }, n): Promise<DemoTask> => {
      const inBatch = together?.taskIds[n];
      const startMs = inBatch === undefined ? now() : startedMs;
      const taskId = inBatch ?? (await merchant.submit(featureId, photo));
      const task = await merchant.waitForEnd(taskId);
      const ms = now() - startMs;
      const outputs = await download(task.outputs, join(outputFolder, nameWithoutEnding(name)));
      const { state, credits, error } = task;
      const why = error ? `: ${error.message}` : '';
      say(`处理 ${name}: ${state} in ${(ms / 1000).toFixed(1)} s${why}${task.refunded ? ', credits returned' : ''}`);
      return { taskId, featureId, state, credits, ms, outputs, ...(error && { error }) };
    }),
  );
  const archive = together && (await fetchArchive(merchant, together, tasks, outputFolder));
  if (archive) say(`打包 downloaded ${archive.files} files in one ZIP: ${archive.problems[0] ?? 'as they are'}`);
  const refund = operator && (await giveBack(operator, merchant, order.orderId));
  if (refund)
    say(`退款 refunded ¥${(refund.amountFen / 100).toFixed(2)} for ${refund.credits} credits: ${refund.state}`);
  return {
    orders: [order],
    tasks,
    ...(archive && { archive }),
    ...(refund && { refund }),
    balance: { before, after: await merchant.balance() },
    entries: await merchant.entries(),
  };
}

async function fetchArchive(
  merchant: DemoMerchant,
  { batchId, taskIds }: { batchId: string; taskIds: readonly string[] },
  tasks: readonly DemoTask[],
  outputFolder: string,
): Promise<DemoArchive> {
  const { archiveId, fileName, bytes } = await merchant.archiveOf(batchId);
  await mkdir(outputFolder, { recursive: true });
  const path = join(outputFolder, fileName);
  await writeFile(path, bytes);
  const made = tasks.filter(({ taskId }) => taskIds.includes(taskId));
  return { archiveId, path, bytes: bytes.byteLength, ...(await checkArchive(bytes, made)) };
}

async function giveBack(operator: DemoMerchant, merchant: DemoMerchant, orderId: string): Promise<DemoRefund> {
  await operator.becomeOperator();
  await operator.refundUnused(orderId);
  return merchant.waitForRefund(orderId);
}

/**
 * Did everything happen that was to happen: one paid order, every photo processed, the last task failed, and exactly
 * the credits of the successes spent.
 */
export function asExpected({ orders, tasks, archive, refund, balance, entries }: DemoReport): boolean {
  const made = tasks.slice(0, -1);
  const refused = tasks.at(-1);
  const spent = made.reduce((sum, task) => sum + task.credits, 0);
  return (
    orders.every(({ state }) => state === 'paid') &&
    made.every(({ state, outputs }) => state === 'succeeded' && outputs.length > 0) &&
    refused?.state === 'failed' &&
    refused.error?.code === 'INPUT_NOT_AN_IMAGE' &&
    (archive === undefined || archive.problems.length === 0) &&
    balance.after === balance.before - spent - (refund?.credits ?? 0) &&
    (refund === undefined ||
      (refund.state === 'succeeded' &&
        refund.amountFen === Math.floor(((orders[0]?.amountFen ?? 0) * refund.credits) / balance.before))) &&
    entries.reduce((sum, { amount }) => sum + amount, 0) === balance.after
  );
}

async function download(
  outputs: readonly { name: string; url: string; contentType: string; width: number; height: number }[],
  folder: string,
): Promise<DemoOutput[]> {
  if (outputs.length > 0) await mkdir(folder, { recursive: true });
  return Promise.all(
    outputs.map(async ({ name, url, contentType, width, height }) => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`a result could not be downloaded: ${response.status}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const path = join(folder, name);
      await writeFile(path, bytes);
      return { name, path, width, height, contentType, bytes: bytes.length };
    }),
  );
}

function nameWithoutEnding(name: string): string {
  return name.replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N}._-]+/gu, '_') || 'photo';
}
