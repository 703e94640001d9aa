import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../scripts/database/run-program.ts';
import { checkArchive } from '../../scripts/demo/check-archive.ts';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import { asExpected, runDemo } from '../../scripts/demo/run-demo.ts';
import { drawSample, sampleGarments } from '../../scripts/garments/draw-garment.ts';
import type { Followed, FollowedLine } from '../../scripts/logs/follow.ts';
import type { CloudStage } from '../../scripts/soak/cloud-stage.ts';
import { GROUPS, OPERATION_TEXTS } from '../../scripts/web/reference/operation-texts.ts';
import { curlSnippet } from '../../scripts/web/reference/snippets.ts';
import { API_KEY_SCOPES } from '../../shared/contract/operation.ts';
import { OPERATIONS } from '../../shared/contract/operations.ts';
import type { Place } from './place.ts';
import { ARCHIVE_FIELDS, fieldsOf, printedReport, REFUND_FIELDS, REPORT_FIELDS } from './printed-report.ts';

/** Of the place whose suite this file's process runs. */
let stage: CloudStage;
let copies: Place['copies'];
let photo: { name: string; bytes: Buffer; contentType: 'image/jpeg' };

const minute = 60_000;

const exampleFile = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

async function keyOf(merchant: DemoMerchant): Promise<string> {
  const answer = await fetch(`${stage.cloud.apiUrl}/v1/create-api-key`, {
    method: 'POST',
    headers: {
      ...{ Authorization: merchant.authorization, 'Content-Type': 'application/json' },
      'Idempotency-Key': 'examples',
    },
    body: JSON.stringify({ name: 'examples', scopes: API_KEY_SCOPES }),
  });
  return ((await answer.json()) as { data: { key: string } }).data.key;
}

const main = fileURLToPath(new URL('../../scripts/logs/main.ts', import.meta.url));

/** The command itself, as it is typed beside the running cloud. @throws what it said when it found nothing */
async function logsOf(id: string): Promise<FollowedLine[]> {
  const { code, stdout, output } = await runProgram(
    [process.execPath, '--import', 'tsx', main, id, '--url', stage.cloud.apiUrl, '--json'],
    { timeoutMs: 60_000 },
  );
  if (code !== 0) throw new Error(output);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FollowedLine);
}

/** The requestId of the invocation of that function whose reply names the id. */
async function requestOf(functionName: string, id: string): Promise<string> {
  const read = async (path: string): Promise<unknown> => (await fetch(`${stage.cloud.localUrl}/${path}`)).json();
  const kept = (await read('history')) as { number: number; functionName: string }[];
  for (const { number } of kept.filter((one) => one.functionName === functionName)) {
    const one = (await read(`history/${number}`)) as Followed;
    if (JSON.stringify(one.result).includes(id)) return one.requestId;
  }
  throw new Error(`no ${functionName} answered ${id}`);
}

/** Each line of these functions names the request that it goes back to. */
const tracesOf = (lines: readonly FollowedLine[], functions: readonly string[]): unknown[] => [
  ...new Set(lines.filter((line) => functions.includes(line.function)).map(({ fields }) => fields['trace'])),
];

async function lastOrder(): Promise<string> {
  const [row] = await stage.db.query<{ id: string }>(
    "SELECT id FROM orders WHERE state = 'paid' ORDER BY id DESC LIMIT 1",
  );
  return row?.id ?? '';
}

const traceparentOf = (traceId: string): string => `00-${traceId}-00f067aa0ba902b7-01`;

/** One whose every request belongs to a trace. */
const tracedMerchant = (traceId: string): DemoMerchant =>
  new DemoMerchant(stage.cloud.apiUrl, stage.cloud.localUrl, (url, init) => {
    const headers = { ...(init?.headers as Record<string, string>), traceparent: traceparentOf(traceId) }; // as the client writes them
    return fetch(url, { ...init, headers });
  });

export function mainJob(place: Place): void {
  describe(`the main job, ${place.name}`, () => {
    beforeAll(async () => {
      ({ copies } = place);
      stage = place.stage();
      const [sample] = sampleGarments();
      // Small, so that the suite tests the way and not the processor.
      const bytes = await sharp(await drawSample(sample!))
        .resize(600)
        .jpeg()
        .toBuffer();
      photo = { name: 'garment.jpg', bytes, contentType: 'image/jpeg' };
    });
    throughEveryTrigger();
    if (place.isWhole) inEveryCase();
  });
}

function throughEveryTrigger(): void {
  it('goes from a login code to three pictures, and returns the credit of what is no picture', async () => {
    await writeFile(join(stage.folder, photo.name), photo.bytes);
    const report = await printedReport(stage, 'out', photo.name);
    expect(fieldsOf(report)).toEqual(REPORT_FIELDS);
    expect(report.tasks.map(({ state, error }) => [state, error?.code])).toEqual([
      ['succeeded', undefined],
      ['failed', 'INPUT_NOT_AN_IMAGE'],
    ]);
    expect(report.balance).toEqual({ before: 100, after: 99 });
    expect(report.entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['grant', 100],
      ['deduct', -1],
      ['deduct', -1],
      ['refund', 1],
    ]);
    for (const output of report.tasks[0]!.outputs) {
      const { width, height, format } = await sharp(output.path).metadata();
      expect([width, height, `image/${format}`]).toEqual([output.width, output.height, output.contentType]);
    }
    expect(await stage.audit()).toEqual([]);
  });

  it('carries a trace to all that it set off: events, steps, notices, archives, refunds, and what timers moved on', async () => {
    const [shopping, refunding] = ['4bf92f3577b34da6a3ce929d0e0e4736', '5cf92f3577b34da6a3ce929d0e0e4737'];
    // Before time passes here: an authenticator goes by the machine's own clock.
    const operator = tracedMerchant(refunding);
    await operator.becomeOperator();
    const merchant = tracedMerchant(shopping);
    await merchant.signIn();
    const { orderId } = await merchant.buyPlan('monthly_99');
    const { batchId, taskIds } = await merchant.submitBatch('basic_clean', [photo]);
    await merchant.waitForEnd(taskIds[0] ?? '');
    // The archive's event is lost, and the next one too: ticks find it.
    copies.set('build-archive', 0);
    const archive = merchant.archiveOf(batchId);
    const isOrdered = async () => (await stage.db.query('SELECT 1 FROM archives WHERE trace = ?', [shopping])).length;
    await expect.poll(isOrdered, { timeout: 20_000 }).toBe(1);
    await stage.cloud.scheduler.advance(minute);
    await stage.cloud.timers.fireNow('sweep-tasks');
    copies.clear();
    await stage.cloud.scheduler.advance(2 * minute);
    await stage.cloud.timers.fireNow('sweep-tasks');
    const { archiveId } = await archive;
    const lines = await logsOf(shopping);
    const set = ['start-task', 'run-image-step', 'build-archive', 'pay-callback-wechat'];
    expect(lines.map((line) => line.function)).toEqual(expect.arrayContaining(['login', 'create-archive', ...set]));
    expect(tracesOf(lines, set)).toEqual([shopping]);
    const moved = lines.filter(({ log }) => log === 'work_moved').map(({ fields }) => fields);
    expect(moved).toContainEqual(expect.objectContaining({ did: 'restarted', archiveId, trace: shopping }));
    const asked = lines.filter((line) =>
      ['login', 'create-batch', 'create-archive', 'get-order'].includes(line.function),
    );
    expect([...new Set(asked.map(({ fields }) => fields['traceparent']))]).toEqual([traceparentOf(shopping)]);
    await operator.refundUnused(orderId);
    const told = () =>
      stage.cloud.cashier
        .sent()
        .filter(({ subject, outTradeNo }) => subject === 'refund' && outTradeNo.startsWith(orderId));
    await expect.poll(() => told().map(({ status }) => status), { timeout: 20_000 }).toEqual([204]);
    const refund = await logsOf(refunding);
    const notice = refund.filter(
      (line) => line.function === 'pay-callback-wechat' && line.fields['trace'] === refunding,
    );
    expect(notice.map(({ log, fields }) => [log, fields['orderId']])).toContainEqual([
      'order_settled',
      expect.stringContaining(orderId),
    ]);
  });
}

function inEveryCase(): void {
  it("brings a batch's results as one ZIP that holds each of them, and sees one that does not; paid by Alipay, and what is unused given back", async () => {
    const folder = join(stage.folder, 'batch');
    await mkdir(folder);
    for (const name of ['CON.jpg', photo.name]) await writeFile(join(folder, name), photo.bytes);
    const report = await printedReport(stage, 'zip', '--channel', 'alipay', '--refund', '--batch', 'batch');
    expect(fieldsOf(report)).toEqual([...REPORT_FIELDS, ...ARCHIVE_FIELDS, ...REFUND_FIELDS].sort());
    expect(report.archive).toMatchObject({ files: 7, problems: [] });
    expect(report.orders).toMatchObject([{ channel: 'alipay', state: 'paid', amountFen: 9900 }]);
    expect(report.refund).toMatchObject({ state: 'succeeded', amountFen: 9702, credits: 98 });
    expect(report.balance).toEqual({ before: 100, after: 0 });
    const zip = new Uint8Array(await readFile(report.archive?.path ?? ''));
    expect((await checkArchive(zip, report.tasks.slice(1))).problems).not.toEqual([]);
  });

  it('makes texts of words alone, for a card that takes no photo', async () => {
    const merchant = new DemoMerchant(stage.cloud.apiUrl, stage.cloud.localUrl);
    const order = { photos: [photo], featureId: 'copywriting', outputFolder: join(stage.folder, 'texts') };
    const report = await runDemo({ merchant, ...order, say: () => undefined, now: () => performance.now() });
    expect(asExpected(report)).toBe(true);
    expect(report.tasks[0]?.outputs.map(({ name }) => name)).toEqual(['copy.json', 'copy.txt']);
  });

  it('is done by the examples with an API key, in TypeScript and in curl, and by each call of the reference', async () => {
    const merchant = await stage.member();
    const input = join(stage.folder, 'example.jpg');
    await writeFile(input, photo.bytes);
    const env = { ...process.env, YIYING_API: stage.cloud.apiUrl, YIYING_API_KEY: await keyOf(merchant) };
    const pictures = ['cutout.png', 'enhanced.jpg', 'white.jpg'];
    for (const [name, command] of Object.entries({
      typescript: [process.execPath, '--import', 'tsx', exampleFile('typescript/make-pictures.mts')],
      curl: ['bash', exampleFile('curl/make-pictures.sh')],
    })) {
      const folder = join(stage.folder, name);
      const made = await runProgram([...command, input, 'basic_clean', folder], { env, timeoutMs: minute });
      expect([made.code, made.output.split('\n').filter(Boolean).sort()], name).toEqual([
        0,
        (await readdir(folder)).sort().map((file) => join(folder, file)),
      ]);
      expect((await readdir(folder)).sort()).toEqual(pictures);
      expect((await sharp(join(folder, 'white.jpg')).metadata()).width).toBe(800);
      const refused = await runProgram([...command, input, 'no_such_card', folder], { env, timeoutMs: minute });
      expect([refused.code, refused.output], name).toEqual([1, expect.stringContaining('FEATURE_NOT_FOUND')]);
    }
    expect(await merchant.balance()).toBe(98);

    // Ids of the reference are nobody's: what is not there is told so, and nothing is wrong with the call itself.
    const script = GROUPS.flatMap(({ operations }) => operations).map((name) => {
      const operation = OPERATIONS.find((one) => one.name === name);
      return operation ? `${curlSnippet(operation, OPERATION_TEXTS[name]?.example ?? {})}; echo` : '';
    });
    const { stdout } = await runProgram(['bash', '-c', script.join('\n')], { env, timeoutMs: minute });
    const answers = stdout.split('\n').filter(Boolean);
    expect(answers).toHaveLength(script.length);
    const codes = answers.map((text) => (JSON.parse(text) as { error?: { code: string } }).error?.code ?? 'done');
    expect([...new Set(codes)].sort()).toEqual(['NOT_FOUND', 'done']);
  });

  it('is followed by `npm run logs` from the request to the last step, and from a purchase to its notice', async () => {
    const merchant = await stage.member();
    const taskId = await merchant.submit('basic_clean', photo);
    await merchant.waitForEnd(taskId);
    const begun = await requestOf('create-task', taskId);
    const lines = await logsOf(begun);
    const steps = ['create-task', 'start-task', 'run-image-step'];
    expect(steps.map((name) => lines.findIndex((line) => line.function === name))).toEqual(
      expect.toSatisfy((at: number[]) => at.every((index, n) => index > (at[n - 1] ?? -1))),
    );
    expect(lines.find((line) => line.function === 'create-task')?.requestId).toBe(begun);
    expect(lines.filter(({ log }) => log === 'unit_done')).toHaveLength(1);
    expect(tracesOf(lines, ['start-task', 'run-image-step'])).toEqual([begun]);
    // The tasks of the tests before are kept too, and are none of it.
    expect([...new Set(JSON.stringify(lines).match(/tsk_\w{26}/g))]).toEqual([taskId]);
    const ordered = await requestOf('purchase-membership', await lastOrder());
    const bought = await logsOf(ordered);
    expect(bought.map((line) => line.function)).toEqual(
      expect.arrayContaining(['purchase-membership', 'pay-callback-wechat']),
    );
    expect(tracesOf(bought, ['pay-callback-wechat'])).toEqual([ordered]);
    await expect(logsOf('no-such-request')).rejects.toThrow('logs: nothing of no-such-request');
  });

  it('does its work once when every event arrives twice', async () => {
    const merchant = await stage.member();
    copies.set('start-task', 2).set('run-image-step', 2);
    try {
      const task = await merchant.waitForEnd(await merchant.submit('basic_clean', photo));
      expect(task.state).toBe('succeeded');
      expect(await merchant.balance()).toBe(99);
    } finally {
      copies.clear();
    }
  });

  it('finds a photo whose event was lost, and a unit whose event was lost', async () => {
    const merchant = await stage.member();
    copies.set('start-task', 0).set('run-image-step', 0);
    const taskId = await merchant.submit('basic_clean', photo);
    await stage.cloud.scheduler.advance(2 * minute);
    await stage.cloud.timers.fireNow('sweep-tasks');
    copies.clear();
    await stage.cloud.scheduler.advance(2 * minute);
    await stage.cloud.timers.fireNow('sweep-tasks');
    expect((await merchant.waitForEnd(taskId)).state).toBe('succeeded');
  });

  it('finishes a task whose worker was killed in the middle of its work', async () => {
    const merchant = await stage.member();
    const taskId = await merchant.submit('basic_clean', photo);
    const isLeased = async () =>
      (await stage.db.query("SELECT 1 FROM task_units WHERE task_id = ? AND state = 'leased'", [taskId])).length;
    await expect.poll(isLeased, { timeout: 20_000, interval: 5 }).toBe(1);
    const worker = stage.cloud.scf.instances().find(({ functionName }) => functionName === 'run-image-step');
    process.kill(worker!.pid!, 'SIGKILL');
    await stage.cloud.scheduler.advance(6 * minute);
    await stage.cloud.timers.fireNow('sweep-tasks');
    const task = await merchant.waitForEnd(taskId);
    expect(task.state).toBe('succeeded');
    expect(await merchant.balance()).toBe(99);
    expect(await stage.audit()).toEqual([]);
  });

  it('answers 503 while the database is gone, and goes on when it is back', async () => {
    const merchant = await stage.member();
    await stage.database.kill9();
    await expect(merchant.balance()).rejects.toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    await stage.database.restart();
    expect(await merchant.balance()).toBe(100);
  });

  it('grants once when the notify comes twice at the same moment', async () => {
    const merchant = new DemoMerchant(stage.cloud.apiUrl, stage.cloud.localUrl);
    await merchant.signIn();
    await merchant.buyPlan('monthly_99', 'wechat', 'twin');
    await sleep(500);
    expect(await merchant.balance()).toBe(100);
    expect(await stage.audit()).toEqual([]);
  });

  it('cannot be reached at /local by a function, nor from another host name', async () => {
    expect(stage.cloud.service.functions.some(({ http }) => http?.path.startsWith('/local'))).toBe(false);
    expect((await fetch(`${stage.cloud.apiUrl}/v1/no-such-operation`)).status).toBe(404);
  });
}
