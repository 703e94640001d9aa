import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { type FaultReport, type FaultRequest, tooLate } from '../fault-report.ts';
import { buildTestFunctions, type Rewrite, type TestBuild } from '../instances/build-test-functions.ts';
import { openGround } from '../instances/fault-ground.ts';
import { startFaultStage } from '../instances/fault-stage.ts';
import { missingScenarios, SCENARIOS } from '../instances/scenarios.ts';
import type { ProductServerRequest } from '../product-server.ts';
import { type Choose, choosePoints } from './choose-points.ts';
import { startCrashChildren } from './crash-child.ts';
import { type Crashing, crashOnce } from './crash-once.ts';
import { withCrashPoints } from './number-awaits.ts';

export interface CrashOptions {
  /** Default: all. */
  readonly only?: readonly string[];
  /** A planted fault, to see that it is seen; it is given its crash points afterwards. */
  readonly rewrite?: Rewrite;
  readonly change?: ProductServerRequest['change'];
  /** Each kill is told, with what had been sent by then. */
  readonly told?: boolean;
}

/**
 * What most credits and states go through: killed wherever the outside may have seen something else, in short runs too. All others, those
 * that move credits, money or states among them, are killed between their writes then (choose-points.ts), and everywhere by the soak.
 */
const WHOLE = [
  ...['create-task', 'cancel-task', 'retry-task', 'purchase-membership', 'pay-callback-wechat'],
  ...['start-task', 'run-image-step', 'sweep-tasks'],
];
/** Each with a database of its own. */
const LANES = 2;

/**
 * Kills each function (signal 9, a process of its own) before and after each `await` that it comes by; with `each` at 50
 * or less only at those that choose-points.ts picks. After each: the caller's retry, events and the
 * sweeper do their job, and the tables are those of a run that was not killed.
 */
export async function runCrashes(request: FaultRequest, options: CrashOptions = {}): Promise<FaultReport> {
  const { rewrite } = options;
  const build = await buildTestFunctions(
    rewrite ? async (path, source) => withCrashPoints(path, await rewrite(path, source)) : withCrashPoints,
  );
  const counts: Record<string, number> = {};
  const violations = missingScenarios(build.names);
  const recoveriesMs: number[] = [];
  const waiting = [...(options.only ?? build.names.filter((one) => Object.hasOwn(SCENARIOS, one)))];
  const program = await bundleProgram(build);
  const lane = async () => {
    const stage = await startFaultStage(options.change ? { change: options.change } : {});
    try {
      const ground = await openGround(stage, build);
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const children = startCrashChildren(program, build.fileOf(name));
        try {
          const choose = choosePoints(name, WHOLE.includes(name), request);
          const killed = await crashAll({ ground, children }, name, choose);
          counts[name] = killed.kills;
          violations.push(...killed.problems);
          recoveriesMs.push(...killed.recoveriesMs);
          if (options.told) for (const line of killed.told) request.say(line);
          request.say(`${name}: killed ${killed.kills} times`);
        } finally {
          children.close();
        }
      }
    } finally {
      await stage.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(LANES, waiting.length) }, lane));
  } finally {
    await build.remove();
  }
  return { counts, skipped: [], violations, recoveriesMs };
}

async function crashAll(crashing: Crashing, name: string, choose: Choose) {
  const sound = await crashOnce(crashing, name, null);
  crashing.ground.warm(name);
  const problems = sound.problems.map((what) => `${name}, not killed: ${what}`);
  const recoveriesMs: number[] = [];
  const told: string[] = [];
  const chosen = choose(sound.reached);
  for (const at of chosen) {
    const { problems: found, recoveryMs, answer } = await crashOnce(crashing, name, at, sound);
    const where = `${name}, killed at ${at.point}, time ${at.nth}`;
    problems.push(...[...found, ...tooLate(recoveryMs)].map((what) => `${where}: ${what}`));
    if (recoveryMs !== undefined) recoveriesMs.push(recoveryMs);
    told.push(`${where}, after ${at.effects} things sent, ${at.writes} of them writes; at last ${answer.kind}`);
  }
  return { kills: chosen.length, problems, recoveriesMs, told };
}

/** Plain JavaScript: a process that is started for one call has no time for a compiler. */
async function bundleProgram({ folder }: TestBuild): Promise<string> {
  const outfile = join(folder, 'crash-process.cjs');
  const entry = fileURLToPath(new URL('crash-process.ts', import.meta.url));
  await bundle({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  return outfile;
}
