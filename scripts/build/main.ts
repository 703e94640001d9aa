/** `tsx scripts/build/main.ts [names…]`: builds the functions and prints one line for each; 1 when one breaks a rule. */
import { join } from 'node:path';
import { buildFunctions, REPOSITORY_ROOT } from './build-functions.ts';
import { readRecord } from './build-record.ts';
import { bundleProblems, deployedScripts } from './check-bundles.ts';

const only = process.argv.slice(2);
const startedMs = performance.now();
const built = await buildFunctions(only.length > 0 ? { only } : {});
const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);
for (const { name, bytes, gzipBytes, ms } of built) {
  process.stdout.write(
    `${name.padEnd(24)}${kilobytes(bytes)}${kilobytes(gzipBytes)} gzip${ms === 0 ? '  unchanged' : ''}\n`,
  );
}
process.stdout.write(`${built.length} functions in ${Math.round(performance.now() - startedMs)} ms\n`);

const dist = join(REPOSITORY_ROOT, 'dist');
const records = await Promise.all(built.map(({ name }) => readRecord(dist, name)));
const problems = bundleProblems(
  records.filter((record) => record !== null),
  deployedScripts(dist, join(REPOSITORY_ROOT, 'node_modules')),
);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
