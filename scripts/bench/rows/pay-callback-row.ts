import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../shared/clock.ts';
import { type BenchStage, startBenchStage } from '../bench-stage.ts';
import { type Forked, forkTypeScript } from '../fork-process.ts';
import { builtFunction } from '../functions-to-bench.ts';
import {
  type HeardNotices,
  type Notice,
  type NoticeSealer,
  type NoticesToHear,
  noticeSealer,
} from '../payment-notices.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, describeSamples, type RowResult } from '../row.ts';
import { type Contender, runRounds } from '../run-rounds.ts';
import { openOrders, PRICE_FEN } from '../seed-orders.ts';

/** Of one slice: sealed, and their orders written, before it begins. */
const NOTICES = 200;
const BOUNDS = { first: 1.5, duplicate: 1.2 } as const;
type Kind = keyof typeof BOUNDS;

async function run({ rounds, sliceMs }: BenchSettings): Promise<RowResult[]> {
  const sealer = noticeSealer();
  // A notice names its payer: without this key each would ask the secrets manager again.
  const payers = { hashKey: randomBytes(32).toString('base64') };
  const stage = await startBenchStage({ secrets: { 'wechat-verifying': sealer.verifying, payers } });
  const listener = forkTypeScript(fileURLToPath(new URL('../notice-process.ts', import.meta.url)), {
    ...stage.functionEnv,
    CALLBACK: await builtFunction('pay-callback-wechat'),
    NOTICE_KEYS: JSON.stringify({
      ...{ platformPem: sealer.platform.publicPem, apiV3Key: sealer.apiV3Key },
      database: stage.secret,
    }),
  });
  try {
    const known = await sealedNotices(stage, sealer);
    await hear(stage, listener, { by: 'bare', notices: known, atLeastMs: 0 });
    const contenders: Contender[] = (['callback', 'bare'] as const).flatMap((by) => [
      {
        name: `first ${by}`,
        slice: async () => hear(stage, listener, { by, notices: await sealedNotices(stage, sealer), atLeastMs: 0 }),
      },
      { name: `duplicate ${by}`, slice: () => hear(stage, listener, { by, notices: known, atLeastMs: sliceMs }) },
    ]);
    const samples = await runRounds(contenders, rounds, 2);
    return (['first', 'duplicate'] as const).map((kind) => describe(kind, samples));
  } finally {
    await listener.stop();
    await stage.stop();
  }
}

async function sealedNotices(stage: BenchStage, sealer: NoticeSealer): Promise<Notice[]> {
  const nowMs = systemClock();
  const orders = await openOrders(stage.connection, NOTICES, nowMs);
  return orders.map((orderId) => sealer.seal(orderId, PRICE_FEN, nowMs));
}

async function hear(stage: BenchStage, listener: Forked, request: NoticesToHear): Promise<Sample> {
  const databaseMs = stage.databaseCpuMs();
  listener.send(request);
  const heard = (await listener.nextMessage()) as HeardNotices;
  if ('problem' in heard) throw new Error(heard.problem);
  const databaseCpuMs = stage.databaseCpuMs() - databaseMs;
  return { ...heard, cpuMs: heard.cpuMs + databaseCpuMs, databaseCpuMs };
}

function describe(kind: Kind, samples: Record<string, Sample[]>): RowResult {
  const [ours, theirs] = [samples[`${kind} callback`]!, samples[`${kind} bare`]!];
  const { wall, cpu } = compareRounds(ours, theirs);
  return {
    row: 'pay-callback',
    against: `RSA verify, AES-GCM and one CALL, bare; ${kind === 'first' ? 'a first notice' : 'a notice again'}`,
    wall,
    cpu,
    checks: [{ what: 'time', value: 1 / wall.median, rule: '≤', bound: BOUNDS[kind] }],
    figures: [describeSamples('callback', ours), describeSamples('bare', theirs)],
  };
}

export const PAY_CALLBACK_ROW: BenchRow = { name: 'pay-callback', title: 'a payment notice, first and again', run };
