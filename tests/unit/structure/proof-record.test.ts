import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, PROOF_FILES } from '../../../scripts/soak/proof-files.ts';
import {
  type ProofRecord,
  type ProofRow,
  REQUIRED,
  recordProblems,
  toProofText,
} from '../../../scripts/soak/proof-record.ts';
import { keepRow, rowSoFar } from '../../../scripts/soak/proof-rows.ts';
import { sayAge } from '../../../scripts/test/age-of-proof.ts';

const required = { simulation: { sequences: 1000 }, bursts: { 'on MariaDB': 20_000, 'on MySQL 9': 20_000 } };

const row = (part: string, over: Partial<ProofRow> = {}): ProofRow => ({
  part,
  counts: { ...required[part as 'bursts'] },
  seeds: [1, 20_000],
  seconds: 60,
  commit: 'a'.repeat(40),
  code: 'b'.repeat(16),
  date: '2026-01-31',
  machine: '2 × a processor, 24 GiB, Node 20',
  notes: [],
  ...over,
});
const good: ProofRecord = { rows: Object.keys(required).map((part) => row(part)) };
const without = (part: string, over?: Partial<ProofRow>): ProofRecord => ({
  rows: [...good.rows.filter((one) => one.part !== part), ...(over ? [row(part, over)] : [])],
});

describe('the record of the soak', () => {
  it('holds as much as is asked for, and docs/proof.md says the same', () => {
    const record = JSON.parse(readFileSync(PROOF_FILES.json, 'utf8')) as ProofRecord;
    expect(recordProblems(record)).toEqual([]);
    expect(readFileSync(PROOF_FILES.text, 'utf8')).toBe(toProofText(record));
    // What was proved once cannot be lost unseen.
    expect(record.rows.map(({ part }) => part).filter((part) => !(part in REQUIRED))).toEqual([]);
  });

  it('gives no place to a row that holds less, and goes on from that row', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proof-rows-'));
    const places = {
      ...{ json: join(folder, 'proof.json'), text: join(folder, 'proof.md') },
      unfinished: (part: string) => join(folder, 'unfinished', part),
    };
    const written = () => (JSON.parse(readFileSync(places.json, 'utf8')) as ProofRecord).rows;
    const [whole, less] = [75_000, 400].map((sequences) => row('simulation', { counts: { sequences } }));
    try {
      expect(await keepRow(whole as ProofRow, places)).toEqual([]);
      const other = { ...(less as ProofRow), code: 'c'.repeat(16) };
      expect(await keepRow(other, places)).toEqual(['not recorded yet: simulation: 400 sequences; 75000 must be done']);
      expect(written()).toEqual([whole]);
      expect(readFileSync(places.text, 'utf8')).toContain('**75,000** of 1,000,000');
      expect((await rowSoFar('simulation', other.code, places))?.counts).toEqual({ sequences: 400 });
      expect(await rowSoFar('simulation', 'd'.repeat(16), places)).toBeUndefined();
      expect(await keepRow({ ...other, counts: { sequences: 80_000 } }, places)).toEqual([]);
      expect(written().map(({ counts }) => counts)).toEqual([{ sequences: 80_000 }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('goes on with the simulation where all that it runs is the same, whatever else the soak has learned', async () => {
    const files = await filesOf('simulation');
    const within = (path: string) => files.some((file) => file === path || path.startsWith(`${file}/`));
    const ran = [
      'scripts/soak/simulation/judge.ts',
      'shared/tasks/run-unit.ts',
      'infra/procedures/accept_input_v2.sql',
    ];
    expect(ran.filter((path) => !within(path))).toEqual([]);
    expect(['scripts/soak/stryker/folders.ts', 'shared/auth/login.ts'].filter(within)).toEqual([]);
    expect(await filesOf('cuts')).toContain('scripts/soak');
  });

  it('is called old after more than sixty commits', () => {
    expect(sayAge('bursts', 60)).toEqual([]);
    expect(sayAge('bursts', 61)).toEqual([
      'docs/proof.md: bursts was proved 61 commits ago: npm run soak -- --only bursts',
    ]);
    expect(sayAge('bursts', null)).toEqual([expect.stringContaining('a commit that git does not know here')]);
  });

  it('is good when nothing is missing', () => {
    expect(recordProblems(good, required)).toEqual([]);
  });

  it.each([
    ['a part that was not run', without('bursts'), 'bursts: not recorded'],
    [
      'a count that is too small',
      without('bursts', { counts: { 'on MariaDB': 19_999, 'on MySQL 9': 20_000 } }),
      'bursts: 19999 on MariaDB',
    ],
    ['an engine that was left out', without('bursts', { counts: { 'on MariaDB': 20_000 } }), 'bursts: 0 on MySQL 9'],
    ['a part twice', { rows: [...good.rows, row('bursts')] }, 'bursts: recorded twice'],
    ['a part that nobody knows', { rows: [...good.rows, row('luck', { counts: { tries: 1 } })] }, 'luck: is no part'],
    ['no seeds', without('bursts', { seeds: [5, 1] }), 'bursts: seeds are'],
    [
      'half a run',
      without('bursts', { counts: { 'on MariaDB': 20_000.5, 'on MySQL 9': 20_000 } }),
      'bursts: counts are whole',
    ],
    ['no time', without('bursts', { seconds: 0 }), 'bursts: seconds are'],
    ['no commit', without('bursts', { commit: 'main' }), 'bursts: a commit has'],
    ['no machine', without('bursts', { machine: '' }), 'bursts: the machine is'],
  ])('is refused with %s', (_what, record, problem) => {
    expect(recordProblems(record, required)).toEqual([expect.stringContaining(problem)]);
  });
});
