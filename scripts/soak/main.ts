/**
 * `npm run soak [-- --only part,part] [--minutes N] [--scale N]`: writes docs/proof.md; exit code 1 when a rule is broken.
 * `--only sql-mutants-tasks --procedure NAME` tries the mutants of one procedure and writes nothing.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runCrashes } from './crashes/run-crashes.ts';
import { runCuts } from './cuts/run-cuts.ts';
import { runDatabaseFaults } from './faults/run-database-faults.ts';
import { soakBursts } from './parts/soak-bursts.ts';
import { soakDeployed } from './parts/soak-deployed.ts';
import { soakFaults } from './parts/soak-faults.ts';
import { soakMutants } from './parts/soak-mutants.ts';
import { soakPages } from './parts/soak-pages.ts';
import { soakSimulation } from './parts/soak-simulation.ts';
import { soakStryker } from './parts/soak-stryker.ts';
import { describeSource, PROOF_FILES } from './proof-files.ts';
import { type ProofRecord, type ProofRow, toProofText } from './proof-record.ts';
import type { SoakOutcome, SoakPart } from './soak-part.ts';
import { FOLDER_NAMES } from './stryker/folders.ts';

const PARTS: Readonly<Record<string, SoakPart>> = {
  bursts: soakBursts,
  'database-faults': soakFaults(runDatabaseFaults, { seed: 30_000_000, each: 100 }),
  cuts: soakFaults(runCuts, { seed: 40_000_000, each: 300 }),
  crashes: soakFaults(runCrashes, { seed: 50_000_000, each: 1000 }),
  'sql-mutants-money': soakMutants('money'),
  'sql-mutants-tasks': soakMutants('tasks'),
  ...Object.fromEntries(FOLDER_NAMES.map((folder) => [`stryker-${folder}`, soakStryker(folder)])),
  deployed: soakDeployed,
  pages: soakPages,
  simulation: soakSimulation,
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const request = readRequest();
const source = await describeSource();
const endsAtMs = performance.now() + request.minutes * 60_000;

for (const name of request.parts) {
  say(`${name} …`);
  const known = (await readRecord()).rows.find(({ part, code }) => part === name && code === source.code);
  const before: SoakOutcome | null = known ? { ...known, violations: [] } : null;
  const keep = (outcome: SoakOutcome): Promise<void> =>
    record({ part: name, ...source, ...withoutViolations(outcome) });
  const isOver = (): boolean => performance.now() >= endsAtMs;
  const outcome = await (PARTS[name] as SoakPart)({ ...request, before, isOver, say, keep });
  if (outcome.violations.length === 0) {
    if (request.procedure === undefined) await keep(outcome);
    say(
      `${name}: ${Object.entries(outcome.counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}; nothing broken`,
    );
    continue;
  }
  process.exitCode = 1;
  for (const violation of outcome.violations) say(`${name} BROKEN ${violation}`);
}

function withoutViolations({ counts, seeds, seconds, notes }: SoakOutcome): Omit<SoakOutcome, 'violations'> {
  return { counts, seeds, seconds: Math.round(seconds), notes };
}

async function readRecord(): Promise<ProofRecord> {
  try {
    return JSON.parse(await readFile(PROOF_FILES.json, 'utf8')) as ProofRecord; // written below, checked by the tests
  } catch {
    return { rows: [] };
  }
}

/** Read anew each time: another run may have written another part meanwhile. */
async function record(row: ProofRow): Promise<void> {
  const { rows } = await readRecord();
  const record = {
    rows: [...rows.filter(({ part }) => part !== row.part), row].sort((a, b) => (a.part < b.part ? -1 : 1)),
  };
  await writeFile(PROOF_FILES.json, `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(PROOF_FILES.text, toProofText(record));
}

function readRequest() {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2).filter((argument) => argument !== '--'),
      options: {
        only: { type: 'string', default: Object.keys(PARTS).join(',') },
        minutes: { type: 'string', default: String(48 * 60) },
        scale: { type: 'string', default: '1' },
        procedure: { type: 'string' },
      },
    });
    const parts = values.only.split(',');
    const unknown = parts.find((name) => !(name in PARTS));
    if (unknown !== undefined) throw new RangeError(`no part "${unknown}": ${Object.keys(PARTS).join(', ')}`);
    const [minutes, scale] = [Number(values.minutes), Number(values.scale)];
    if (!(minutes > 0)) throw new RangeError('--minutes: more than 0');
    if (!(scale > 0 && scale <= 1)) throw new RangeError('--scale: more than 0, at most 1');
    const { procedure } = values;
    if (procedure !== undefined && !/^sql-mutants-\w+$/.test(parts.join())) {
      throw new RangeError('--procedure: together with --only sql-mutants-money or sql-mutants-tasks');
    }
    return { parts, minutes, scale, procedure };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
