import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { readService } from '../../../infra/serverless/read-service.ts';
import { buildFunctions, REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { LOCAL_NAMES } from '../../local/local-names.ts';
import { builtFunction } from '../functions-to-bench.ts';
import { median } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';
import { EXPRESS_PEER } from '../start-gateway.ts';

/** In detail, against the peer; the others once in a round. */
const FUNCTIONS = ['create-task', 'login', 'query-quota'] as const;
/** A start is short and noisy, so each round has several. */
const STARTS_PER_ROUND = 8;
const STARTS_OF_EVERY = 2;
const LIMIT_MS = 40;
const STRETCH_MS = 25;

/** From the start of the process to its end, with everything loaded in between. */
function startMs(args: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, LOAD_ONLY: '1' } });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(performance.now() - beganMs) : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}

async function run({ rounds }: BenchSettings): Promise<RowResult[]> {
  const starts: Record<string, readonly string[]> = { node: ['-e', '0'], peer: [EXPRESS_PEER] };
  for (const name of FUNCTIONS) starts[name] = ['-e', `require(${JSON.stringify(await builtFunction(name))})`];
  const times = Object.fromEntries(Object.keys(starts).map((name) => [name, [] as number[]]));
  const names = Object.keys(starts);
  for (let i = 0; i < rounds * STARTS_PER_ROUND; i++) {
    for (const name of i % 2 === 0 ? names : [...names].reverse()) times[name]!.push(await startMs(starts[name]!));
  }
  const detailed = FUNCTIONS.map((name) => describe(name, times));
  return [...detailed, describeAll(await startEvery(rounds * STARTS_OF_EVERY))];
}

/**
 * Every function that answers HTTP, an empty process and the peer beside them. Of so many starts few are undisturbed, so what is
 * taken is the time that the process's own thread was on a core: on a machine that does nothing else the same.
 */
async function startEvery(starts: number): Promise<Map<string, number[]>> {
  const { functions } = readService(REPOSITORY_ROOT, { stage: 'local', env: LOCAL_NAMES });
  const built = await buildFunctions();
  const commands = new Map([
    ['node', '0'],
    ['peer', `require(${JSON.stringify(EXPRESS_PEER)})`],
  ]);
  for (const { name, http } of functions) {
    if (http) commands.set(name, `require(${JSON.stringify(built.find((one) => one.name === name)?.file)})`);
  }
  const times = new Map([...commands.keys()].map((name) => [name, [] as number[]]));
  for (let n = 0; n < starts; n++) {
    for (const [name, code] of commands) times.get(name)!.push(await onCoreMs(code));
  }
  return times;
}

/** Linux keeps it: nanoseconds on a core first. */
const TELL = "process.stdout.write(require('node:fs').readFileSync('/proc/self/schedstat'))";

async function onCoreMs(code: string): Promise<number> {
  const env = { ...process.env, LOAD_ONLY: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', `${code};${TELL}`], { env });
  return Number(stdout.split(' ')[0]) / 1e6;
}

function describeAll(times: ReadonlyMap<string, number[]>): RowResult {
  const extraOf = (name: string): number => Math.min(...times.get(name)!) - Math.min(...times.get('node')!);
  const extras = [...times.keys()]
    .filter((name) => name !== 'node' && name !== 'peer')
    .map((name) => ({ name, extraMs: extraOf(name) }))
    .sort((a, b) => b.extraMs - a.extraMs);
  const most = extras[0]?.extraMs ?? Number.NaN;
  return {
    row: 'cold-start',
    against: `the slowest of all ${extras.length} API functions over node -e 0, on a core; Express peer unbundled`,
    wall: null,
    cpu: null,
    checks: [
      { what: 'extra ms', value: most, rule: '≤', bound: LIMIT_MS, stretch: STRETCH_MS },
      { what: "share of the peer's", value: most / extraOf('peer'), rule: '≤', bound: 0.2 },
    ],
    figures: [
      `peer +${extraOf('peer').toFixed(0)}`,
      extras.map(({ name, extraMs }) => `${name} +${extraMs.toFixed(0)}`).join(', '),
    ],
  };
}

/** The quickest start above the quickest of bare Node: what is left when nobody else disturbs. */
function describe(name: string, times: Record<string, number[]>): RowResult {
  const least = (who: string): number => Math.min(...times[who]!);
  const usual = (who: string): number => median(times[who]!);
  const [extraMs, peerExtraMs] = [least(name) - least('node'), least('peer') - least('node')];
  const share = extraMs / peerExtraMs;
  const of = (who: string) => `${who}: least ${least(who).toFixed(1)} ms, median ${usual(who).toFixed(1)} ms`;
  return {
    row: 'cold-start',
    against: `${name} over node -e 0; Express peer unbundled`,
    wall: null,
    cpu: null,
    checks: [
      { what: 'extra ms', value: extraMs, rule: '≤', bound: LIMIT_MS, stretch: STRETCH_MS },
      { what: "share of the peer's", value: share, rule: '≤', bound: 0.2 },
    ],
    figures: [of(name), of('node'), of('peer'), `medians: +${(usual(name) - usual('node')).toFixed(1)} ms`],
  };
}

export const COLD_START_ROW: BenchRow = { name: 'cold-start', title: 'cold start of a function', run };
