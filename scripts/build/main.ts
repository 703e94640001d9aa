/** `tsx scripts/build/main.ts [names…]`: builds the functions and prints one line for each. */
import { buildFunctions } from './build-functions.ts';

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
