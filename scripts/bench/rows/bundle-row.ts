import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFunctions, REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { type BuildRecord, recordFile } from '../../build/build-record.ts';
import { buildWeb } from '../../build/build-web.ts';
import { type FirstLoad, firstLoads } from '../../web/first-loads.ts';
import type { BenchRow, RowResult } from '../row.ts';

const KIB = 1024;
/** Functions that move objects carry the official COS SDK, which alone is more than the limit: printed. */
const LIMITS_KIB = { 'with a database': 140, 'without one': 15, 'with the COS SDK': null } as const;
type Kind = keyof typeof LIMITS_KIB;

async function run(): Promise<RowResult[]> {
  const { folder } = await buildWeb();
  return [...(await ofFunctions()), ...firstLoads(folder).map(ofPage)];
}

/** What a page costs before its first working click. */
function ofPage({ page, gzipBytes, budgetBytes }: FirstLoad): RowResult {
  const value = gzipBytes / KIB;
  return {
    ...{ row: 'bundle', against: `gzip, first load of the page: ${page}`, wall: null, cpu: null },
    checks: [{ what: 'KiB', value, rule: '≤', bound: budgetBytes / KIB }],
    figures: [`${value.toFixed(1)} KiB: the page, its styles and scripts`],
  };
}

/** Every deployed bundle, the largest of each kind against its limit. */
async function ofFunctions(): Promise<RowResult[]> {
  const functions = await Promise.all(
    (await buildFunctions()).map(async ({ name, gzipBytes }) => ({ name, gzipBytes, kind: await kindOf(name) })),
  );
  return (Object.keys(LIMITS_KIB) as Kind[]).map((kind) => {
    const ofKind = functions.filter((one) => one.kind === kind).sort((a, b) => b.gzipBytes - a.gzipBytes);
    const bound = LIMITS_KIB[kind];
    const value = (ofKind[0]?.gzipBytes ?? Number.NaN) / KIB;
    return {
      row: 'bundle',
      against: `gzip, ${kind}`,
      wall: null,
      cpu: null,
      checks: bound === null ? [] : [{ what: 'largest KiB', value, rule: '≤', bound }],
      figures: ofKind.slice(0, 5).map(({ name, gzipBytes }) => `${name}: ${(gzipBytes / KIB).toFixed(1)} KiB`),
    };
  });
}

async function kindOf(name: string): Promise<Kind> {
  const record = JSON.parse(await readFile(recordFile(join(REPOSITORY_ROOT, 'dist'), name), 'utf8')) as BuildRecord;
  const holds = (packageName: string) =>
    Object.keys(record.contents).some((path) => path.startsWith(`node_modules/${packageName}/`));
  if (holds('cos-nodejs-sdk-v5')) return 'with the COS SDK';
  return holds('mysql2') ? 'with a database' : 'without one';
}

export const BUNDLE_ROW: BenchRow = { name: 'bundle', title: 'size of a bundle, and of a page', run };
