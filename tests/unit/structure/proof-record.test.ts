import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROOF_FILES } from '../../../scripts/soak/proof-files.ts';
import { type ProofRecord, type ProofRow, recordProblems, toProofText } from '../../../scripts/soak/proof-record.ts';

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
