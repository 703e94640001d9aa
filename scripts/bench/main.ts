/** `npm run bench [row …] [-- --json] [--rounds N] [--slice-ms N] [--write]`: exit code 1 when a figure is missed. */
import { loadavg } from 'node:os';
import { BENCH_ROWS } from './bench-rows.ts';
import { parseBenchArgs } from './parse-bench-args.ts';
import { toJson, toText } from './print-row.ts';
import { exitCodeOf } from './row.ts';
import { describeRun, type MeasuredRow, writeBenchmarks } from './write-benchmarks.ts';

const names = BENCH_ROWS.map(({ name }) => name);
const request = readRequest();
const { rounds, sliceMs } = request;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const run = await describeRun(`${rounds} rounds, slices of ${sliceMs} ms`);
const results: MeasuredRow[] = [];
let broken = 0;

for (const row of BENCH_ROWS.filter(({ name }) => request.rows.includes(name))) {
  say(`${row.name}: ${row.title}`);
  try {
    for (const result of await row.run({ rounds, sliceMs, say })) {
      const load = loadavg()[0] ?? 0;
      results.push({ result, load, ...run });
      process.stdout.write(`${request.json ? toJson(result, load) : toText(result, load)}\n`);
    }
  } catch (error) {
    // The other rows are measured all the same.
    broken += 1;
    say(`${row.name} could not be measured: ${String((error as Error).stack ?? error)}`);
  }
}
if (request.write) await writeBenchmarks(results, names);
process.exitCode = exitCodeOf(
  results.map(({ result }) => result),
  broken,
);

function readRequest() {
  try {
    return parseBenchArgs(process.argv.slice(2), names);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
