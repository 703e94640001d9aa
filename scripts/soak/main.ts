/**
 * `npm run soak [-- --only part,part] [--minutes N]`: writes docs/proof.md; exit code 1 when a rule is broken.
 * These write nothing: `--scale 0.01`, less of everything; `--only sql-mutants-tasks --procedure NAME`, the mutants of one procedure;
 * `--only bursts --seed N`, one run again, told step by step (simulation, bursts, cuts, crashes, schedules, database-faults); `--only cuts --function
 * NAME`, all cuts or crashes of one function.
 */
import { runCrashes } from './crashes/run-crashes.ts';
import { runCuts } from './cuts/run-cuts.ts';
import { runDatabaseFaults } from './faults/run-database-faults.ts';
import { DOMAINS } from './mutants/make-mutants.ts';
import { commandOf, parseSoakArgs } from './parse-soak-args.ts';
import { soakBatch } from './parts/soak-batch.ts';
import { soakBursts } from './parts/soak-bursts.ts';
import { soakFaults } from './parts/soak-faults.ts';
import { soakMutants } from './parts/soak-mutants.ts';
import { soakPages } from './parts/soak-pages.ts';
import { soakSimulation } from './parts/soak-simulation.ts';
import { soakStryker } from './parts/soak-stryker.ts';
import { soakDeployed, soakJourneys } from './parts/soak-suites.ts';
import { describeSource } from './proof-files.ts';
import { keepRow, rowSoFar } from './proof-rows.ts';
import { runAgain } from './run-again.ts';
import { runSchedules } from './schedules/run-schedules.ts';
import type { SoakOutcome, SoakPart } from './soak-part.ts';
import { FOLDER_NAMES } from './stryker/folders.ts';

const PARTS: Readonly<Record<string, SoakPart>> = {
  batch: soakBatch,
  bursts: soakBursts,
  'database-faults': soakFaults(runDatabaseFaults, { seed: 30_000_000, each: 100 }),
  cuts: soakFaults(runCuts, { seed: 40_000_000, each: 300 }),
  schedules: soakFaults(runSchedules, { seed: 60_000_000, each: 2000 }),
  crashes: soakFaults(runCrashes, { seed: 50_000_000, each: 1000 }),
  ...Object.fromEntries(DOMAINS.map((domain) => [`sql-mutants-${domain}`, soakMutants(domain)])),
  ...Object.fromEntries(FOLDER_NAMES.map((folder) => [`stryker-${folder}`, soakStryker(folder)])),
  deployed: soakDeployed,
  journeys: soakJourneys,
  pages: soakPages,
  simulation: soakSimulation,
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const request = readRequest();

if (request.again) {
  const { part } = request.again;
  const violations = await runAgain(request.again, say);
  say(violations.length === 0 ? `${part}: nothing broken` : '');
  sayBroken(part, violations);
} else {
  const endsAtMs = performance.now() + request.minutes * 60_000;
  for (const name of request.parts) {
    say(`${name} …`);
    const source = await describeSource(name);
    const known = await rowSoFar(name, source.code);
    const before: SoakOutcome | null = known ? { ...known, violations: [] } : null;
    const keep = async (outcome: SoakOutcome): Promise<void> => {
      if (!request.records) return;
      for (const line of await keepRow({ part: name, ...source, ...withoutViolations(outcome) })) say(line);
    };
    const isOver = (): boolean => performance.now() >= endsAtMs;
    const outcome = await (PARTS[name] as SoakPart)({ ...request, before, isOver, say, keep });
    sayBroken(name, outcome.violations);
    if (outcome.violations.length > 0) continue;
    await keep(outcome);
    say(
      `${name}: ${Object.entries(outcome.counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(
          ', ',
        )}; nothing broken${request.records ? '' : '; not written down, for it is less than the proof asks for'}`,
    );
  }
}

function sayBroken(part: string, violations: readonly string[]): void {
  if (violations.length > 0) process.exitCode = 1;
  for (const violation of violations) {
    say(`${part} BROKEN ${violation}`);
    const again = commandOf(part, violation);
    if (again !== undefined && !violation.includes('again: ')) say(`  again: ${again}`);
  }
}

function withoutViolations({ counts, seeds, seconds, notes }: SoakOutcome): Omit<SoakOutcome, 'violations'> {
  return { counts, seeds, seconds: Math.ceil(seconds), notes };
}

function readRequest() {
  try {
    return parseSoakArgs(process.argv.slice(2), Object.keys(PARTS));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
