import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openObjects } from '../../../shared/cos/objects.ts';
import { REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { recordFile } from '../../build/build-record.ts';
import { type StartedAccount, startAccount } from '../../local/tencent-account/start-account.ts';
import { median } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';

/** As the stand-in's functions take it to be made, updated and published. */
const TAKES_MS = 1500;
const ROUNDS = 3;

interface Deploy {
  readonly seconds: number;
  /** Of these, its main thread stood in line for a core: on a machine that does nothing else there are none. */
  readonly waitedSeconds: number;
}

/** `npx serverless …`, as an operator calls it. */
async function serverless(args: readonly string[], env: Readonly<Record<string, string>>, says = ''): Promise<Deploy> {
  const bin = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const beganMs = performance.now();
  const child = spawn(process.execPath, [bin, ...args, '--stage', 'local'], { cwd: REPOSITORY_ROOT, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  let waitedSeconds = 0;
  const look = async () => {
    waitedSeconds = (await waitedOf(child.pid)) ?? waitedSeconds;
  };
  const watch = setInterval(() => void look(), 20);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(watch);
  if (code !== 0 || !output.includes(says))
    throw new Error(`serverless ${args.join(' ')} ended with ${code}: ${output}`);
  return { seconds: (performance.now() - beganMs) / 1000, waitedSeconds };
}

/** Linux keeps it: nanoseconds on a core, nanoseconds in line for one, turns. */
const waitedOf = (pid: number | undefined): Promise<number | undefined> =>
  readFile(`/proc/${pid}/schedstat`, 'utf8').then(
    (text) => Number(text.split(' ')[1]) / 1e9,
    () => undefined,
  );

/** Of each kind, the thing that changes, and what an operator waits for. */
async function measure(
  { account, env: names, cos }: StartedAccount,
  folder: string,
  rounds: number,
): Promise<RowResult[]> {
  const home = { PATH: process.env['PATH'] ?? '', HOME: folder, NO_COLOR: '1', SLS_NOTIFICATIONS_MODE: 'off' };
  const env: Record<string, string> = { ...names, ...home, SLS_TELEMETRY_DISABLED: '1' };
  const code = openObjects({
    bucket: env['CODE_BUCKET'] ?? '',
    ...{ region: 'ap-guangzhou', endpoint: cos.url, clock: () => Date.now() },
    credentials: () => ({
      secretId: env['TENCENTCLOUD_SECRET_ID'] ?? '',
      secretKey: env['TENCENTCLOUD_SECRET_KEY'] ?? '',
    }),
  });
  const everything = await serverless(['deploy'], env);
  const times: Record<'unchanged' | 'small' | 'image' | 'layers' | 'verified', Deploy[]> = {
    ...{ unchanged: [], small: [], image: [], layers: [], verified: [] },
  };
  for (let round = 0; round < rounds; round++) {
    times.unchanged.push(await serverless(['deploy'], env, 'functions unchanged'));
    await forgetBuild('send-code');
    env['SMS_DAILY_BUDGET'] = String(round + 1);
    times.small.push(await serverless(['deploy'], env));
    await forgetBuild('run-image-step');
    env['FFMPEG_PATH'] = `/opt/${round}`;
    times.image.push(await serverless(['deploy'], env));
    // As if their content were another: neither published nor uploaded before.
    account.scf.layers.clear();
    for (const key of cos.keys(env['CODE_BUCKET'] ?? '', '')) await code.delete(key);
    env['FFMPEG_PATH'] = `/opt/${round}/bin`;
    times.layers.push(await serverless(['deploy'], env));
    times.verified.push(await serverless(['deploy', '--verify'], env));
  }
  return [
    described('nothing changed', times.unchanged, 8),
    described('one function changed', times.small, 12),
    described('the image step changed', times.image, 12),
    // More than a function: new native parts, a few times a year.
    described('the image step and its layers changed, 31 MB to pack and upload', times.layers, null),
    described('nothing changed, and everything read back', times.verified, null),
    described('everything, to an empty account', [everything], null),
  ];
}

/** As if its source had changed: it is bundled, and its code cache made, anew. */
const forgetBuild = (name: string): Promise<void> =>
  rm(recordFile(join(REPOSITORY_ROOT, 'dist'), name), { force: true });

function described(what: string, deploys: readonly Deploy[], bound: number | null): RowResult {
  const own = median(deploys.map(({ seconds, waitedSeconds }) => seconds - waitedSeconds));
  const checks = bound === null ? [] : [{ what: 'seconds', value: own, rule: '≤' as const, bound }];
  const figures = [
    `${own.toFixed(1)} s without waiting for a core`,
    `${median(deploys.map(({ seconds }) => seconds)).toFixed(1)} s on this machine as it was`,
  ];
  return { row: 'deploy', against: what, wall: null, cpu: null, checks, figures };
}

async function run({ rounds }: BenchSettings): Promise<RowResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'yiying-deploy-'));
  const started = await startAccount(folder, { takesMs: TAKES_MS, buckets: ['code'] });
  try {
    return await measure(started, folder, Math.min(rounds, ROUNDS));
  } finally {
    await started.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export const DEPLOY_ROW: BenchRow = { name: 'deploy', title: 'a deploy against the stand-in of Tencent Cloud', run };
