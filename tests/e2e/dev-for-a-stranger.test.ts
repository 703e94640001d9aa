import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../../scripts/build/build-functions.ts';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import { drawSample, sampleGarments } from '../../scripts/garments/draw-garment.ts';
import * as auth from '../../shared/contract/auth.ts';
import { createClient } from '../../shared/contract/client.ts';
import { getMembership } from '../../shared/contract/membership.ts';
import { getOperator } from '../../shared/contract/ops-access.ts';
import { queryQuota } from '../../shared/contract/quota.ts';
import { listFeatures, listTasks } from '../../shared/contract/tasks.ts';
import { readMp4 } from '../../shared/media/video/read-mp4.ts';

/** The commands of the README in one start: with seeded accounts, and with engines that stand in for Tencent's. */
const ARGUMENTS = ['run', 'dev', '--', '--seed', '--engine', 'tencent-standin', '--port', '0'];

const WITHIN_A_MINUTE = { timeout: 60_000, interval: 500 };

let npm: ChildProcess;
let said = '';
let apiUrl = '';
let phones: string[] = [];
beforeAll(async () => {
  npm = spawn('npm', ARGUMENTS, { cwd: REPOSITORY_ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const isUp = new Promise<void>((resolve, reject) => {
    for (const stream of [npm.stdout, npm.stderr])
      stream?.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        if (/└─+┘/.test(said)) resolve();
      });
    npm.once('exit', (code) => reject(new Error(`npm run dev ended with ${code}: ${said}`)));
  });
  await isUp;
  apiUrl = /│ API +(http:\/\/[\d.:]+)\/v1/.exec(said)?.[1] ?? '';
  phones = [...said.matchAll(/│ {3}(1\d{10}) {2}/g)].map(([, phone]) => phone as string);
}, 240_000);
afterAll(() => {
  // Still there only where the test that ends it did not come to it.
  if (isRunning()) process.kill(-(npm.pid as number), 'SIGKILL');
});

/** npm, or what it started. */
function isRunning(): boolean {
  if (npm?.pid === undefined) return false;
  try {
    return process.kill(-npm.pid, 0);
  } catch {
    return false;
  }
}

/** At the printed address, with the code of the printed inbox. */
async function signedIn(phone: string) {
  let accessToken: string | undefined;
  const client = createClient({ baseUrl: apiUrl, fetch, accessToken: () => accessToken });
  await client.call(auth.sendCode, { phone });
  const localUrl = /短信 SMS +(http:\S+)\/#sms/.exec(said)?.[1] ?? '';
  const inbox = (await (await fetch(`${localUrl}/sms`)).json()) as { phone: string; code: string }[];
  const code = inbox.find((sms) => sms.phone.endsWith(phone))?.code ?? '';
  const login = await client.call(auth.login, { phone, code, consentVersion: '2026-11', tokenIn: 'body' });
  accessToken = login.accessToken;
  return client;
}

it('starts with what it prints: every seeded account signs in at once, and is what is said of it', async () => {
  expect(phones).toHaveLength(7);
  const [fresh, member, expiring, expired, empty, operator, support] = await Promise.all(phones.map(signedIn));
  const states = await Promise.all(
    [fresh, member, expiring, expired].map(async (client) => (await client!.call(getMembership, {})).state),
  );
  expect(states).toEqual(['none', 'active', 'expiring', 'expired']);
  const ends = async () => (await member!.call(listTasks, {})).items.map(({ state }) => state).sort();
  await expect.poll(ends, WITHIN_A_MINUTE).toEqual(['failed', 'succeeded', 'succeeded', 'succeeded']);
  expect((await empty!.call(queryQuota, {})).available).toBe(0);
  const roles = await Promise.all(
    [operator, support].map(async (client) => (await client!.call(getOperator, {})).role),
  );
  expect(roles).toEqual(['operator', 'support']);
});

it('has the cards of engines open, and its pages', async () => {
  const client = createClient({ baseUrl: apiUrl, fetch, accessToken: () => undefined });
  const { features } = await client.call(listFeatures, {});
  expect(features.filter(({ closed }) => closed).map(({ featureId }) => featureId)).toEqual([]);
  for (const page of ['/', '/app/', '/console/']) expect((await fetch(`${apiUrl}${page}`)).status, page).toBe(200);
});

it('makes a film and a larger photo by the engines that stand in, and says which of them AI has made', async () => {
  const localUrl = /短信 SMS +(http:\S+)\/#sms/.exec(said)?.[1] ?? '';
  const merchant = new DemoMerchant(apiUrl, localUrl);
  await merchant.signIn();
  await merchant.buyPlan('monthly_99');
  const bytes = await sharp(await drawSample(sampleGarments()[0]!))
    .resize(600)
    .jpeg()
    .toBuffer();
  const photo = { name: 'garment.jpg', bytes, contentType: 'image/jpeg' } as const;
  const made = async (featureId: string) => {
    const { state, outputs } = await merchant.waitForEnd(await merchant.submit(featureId, photo));
    const files = await Promise.all(
      outputs.map(async ({ url }) => Buffer.from(await (await fetch(url)).arrayBuffer())),
    );
    return { state, flags: new Set(outputs.map(({ flags }) => flags.join())), files };
  };
  let isWaiting = true;
  const askEngines = async () => {
    // An engine is asked every five seconds: six times as often here, which leaves our own steps their time.
    for (let shiftMs = 5000; isWaiting; shiftMs += 5000) {
      await sleep(1000);
      await fetch(`${localUrl}/clock`, { method: 'POST', body: JSON.stringify({ shiftMs }) });
      await fetch(`${localUrl}/timers/poll-provider-jobs`, { method: 'POST' });
    }
  };
  const asking = askEngines();
  // What each function may read of the bucket is its role's here as well.
  const [film, larger] = await Promise.all(['video_generate', 'photo_upscale'].map(made)).finally(() => {
    isWaiting = false;
  });
  await asking;
  if (!film || !larger) throw new Error('nothing was made');
  expect([film.state, film.files.length, [...film.flags]]).toEqual(['succeeded', 1, ['ai']]);
  const { width, height } = readMp4(film.files[0]!);
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(360);
  expect([larger.state, larger.flags.has('ai')]).toEqual(['succeeded', false]);
});

it('ends on Ctrl-C, with nothing left behind', async () => {
  process.kill(-(npm.pid as number), 'SIGINT');
  await expect.poll(isRunning, WITHIN_A_MINUTE).toBe(false);
  await expect(fetch(`${apiUrl}/v1/health-live`)).rejects.toThrow();
});

it('that cannot start says why and ends, though it had begun', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const dev = spawn('npm', ['run', 'dev', '--', '--port', String(port)], { cwd: REPOSITORY_ROOT, detached: true });
  try {
    let words = '';
    dev.stderr.on('data', (bytes: Buffer) => (words += bytes.toString()));
    const [code] = (await once(dev, 'exit')) as [number];
    expect([code, words]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
  } finally {
    if (dev.exitCode === null && dev.pid !== undefined) process.kill(-dev.pid, 'SIGKILL');
    other.close();
  }
});
