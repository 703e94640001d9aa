import { fileURLToPath } from 'node:url';
import { askTests, TEST_FILES, type TestGroup, testsOf, wholeGroupsOf } from '../mutants/ask-tests.ts';
import { explainedSurvivors } from '../mutants/explained-survivors.ts';
import { type KeptLooks, openKeptLooks } from '../mutants/kept-looks.ts';
import { type Domain, MUTATED, type Mutant, makeMutants } from '../mutants/make-mutants.ts';
import { LOOKS, type Look, lookKey, MUTANT_SUITES } from '../mutants/mutant-suites.ts';
import { procedureText } from '../mutants/planted-fault.ts';
import { runProofJob } from '../run-proof-job.ts';
import type { SoakOutcome, SoakPart, SoakRequest } from '../soak-part.ts';

const PROCESSES = 2;
/** A process of its own for so many: what one mutant leaves behind cannot last. */
const CHUNK = 8;
const keptFile = (domain: Domain): string =>
  fileURLToPath(new URL(`../../../dist/soak/mutants-${domain}.json`, import.meta.url));

/** Every small fault in every procedure of a domain must be noticed, or be explained. */
export const soakMutants =
  (domain: Domain): SoakPart =>
  (request) =>
    tryMutants(domain, request);

async function tryMutants(domain: Domain, request: SoakRequest): Promise<SoakOutcome> {
  const { scale, procedure, say, isOver } = request;
  const all = makeMutants([domain]).filter((mutant) => procedure === undefined || mutant.procedure === procedure);
  if (all.length === 0) throw new RangeError(`--procedure: no mutant of ${procedure}`);
  const mutants = all.slice(0, Math.ceil(all.length * scale));
  const kept = openKeptLooks(keptFile(domain), MUTANT_SUITES);
  const beganMs = performance.now();
  const by = new Map<string, string>();
  const survivors: string[] = [];
  const waiting = [...mutants];
  const worker = async (): Promise<void> => {
    for (let chunk = waiting.splice(0, CHUNK); chunk.length > 0 && !isOver(); chunk = waiting.splice(0, CHUNK)) {
      for (const [name, what] of await whoNotices(chunk, kept)) {
        if (what !== null) by.set(name, what);
        else survivors.push(name);
        if (what === null) say(`not noticed: ${name}`);
      }
      say(`mutants of ${domain}: ${by.size + survivors.length} of ${mutants.length}, ${survivors.length} not noticed`);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  const noticedBy = (suite: string): number => [...by.values()].filter((what) => what.startsWith(`${suite}:`)).length;
  const suites = ['simulation', 'bursts', 'tests', 'server'];
  return {
    counts: { mutants: by.size + survivors.length, noticed: by.size, explained: survivors.length },
    seeds: [1, LOOKS['long look'].sequences],
    seconds: (performance.now() - beganMs) / 1000,
    notes: [`noticed by: ${suites.map((suite) => `${suite} ${noticedBy(suite)}`).join(', ')}`],
    violations: [
      ...(by.size + survivors.length < all.length ? [`${all.length - by.size - survivors.length} were not tried`] : []),
      ...explainedSurvivors(
        survivors,
        mutants.map(({ name }) => name),
        new Set(all.map((mutant) => mutant.procedure)),
      ),
      ...(await redWithoutFault(domain)),
    ],
  };
}

/** For each mutant `<suite>: <what it noticed>`, or null. Whatever noticed one before is asked first. */
async function whoNotices(chunk: readonly Mutant[], kept: KeptLooks): Promise<Map<string, string | null>> {
  const noticed = new Map<string, string | null>(chunk.map(({ name }) => [name, null]));
  const open = (): Mutant[] => chunk.filter(({ name }) => noticed.get(name) === null);
  for (const mutant of open()) {
    const before = kept.noticedBefore(mutant, TEST_FILES);
    if (before.length > 0) noticed.set(mutant.name, await seenByTests(mutant, groupsOf(mutant, before), kept));
  }
  await look('short look');
  for (const mutant of open()) noticed.set(mutant.name, await seenByTests(mutant, testsOf(mutant.procedure), kept));
  await look('long look');
  return noticed;

  async function look(kind: Look): Promise<void> {
    const key = lookKey(kind);
    const asked = open().filter((mutant) => kept.find(mutant, key) === undefined);
    if (asked.length > 0) {
      const names = asked.map(({ name }) => name);
      for (const { name, by } of await runProofJob({ kind: 'mutants', names, effort: LOOKS[kind] })) {
        const mutant = asked.find((one) => one.name === name);
        if (mutant) kept.keep(mutant, key, by === 'nothing' ? null : `${by.suite}: ${by.what.slice(0, 200)}`);
      }
    }
    for (const mutant of open()) noticed.set(mutant.name, kept.find(mutant, key) ?? null);
  }
}

/** Of the tests of a mutant's procedure those in these files. */
const groupsOf = ({ procedure }: Mutant, files: readonly string[]): readonly TestGroup[] =>
  testsOf(procedure).map((group) => ({ ...group, files: group.files.filter((file) => files.includes(file)) }));

async function seenByTests(mutant: Mutant, groups: readonly TestGroup[], kept: KeptLooks): Promise<string | null> {
  for (const group of groups) {
    const known = group.files.map((file) => kept.find(mutant, file)).find((what) => typeof what === 'string');
    if (known !== undefined) return known ?? null;
    const files = group.files.filter((file) => kept.find(mutant, file) === undefined);
    if (files.length === 0) continue;
    const { failed } = await askTests({ name: mutant.procedure, text: mutant.text }, { ...group, files });
    if (failed === undefined) for (const file of files) kept.keep(mutant, file, null);
    else {
      const what = `tests: ${failed.what}`;
      kept.keep(mutant, failed.file, what);
      return what;
    }
  }
  return null;
}

/** Tests that are red without any fault would notice everything: those of every procedure are asked, each group once. */
async function redWithoutFault(domain: Domain): Promise<string[]> {
  const [name] = MUTATED[domain];
  const planted = { name, text: procedureText(name) };
  const answers = await Promise.all(wholeGroupsOf(MUTATED[domain]).map((group) => askTests(planted, group)));
  return answers.flatMap(({ failed }) => (failed ? [`${failed.file} fails without a fault: ${failed.what}`] : []));
}
