import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askTests, TEST_FILES, testsOf, wholeGroupsOf } from '../../../scripts/soak/mutants/ask-tests.ts';
import { MUTATED } from '../../../scripts/soak/mutants/make-mutants.ts';
import { LOOKS, lookKey, MUTANT_SUITES } from '../../../scripts/soak/mutants/mutant-suites.ts';
import { procedureNames, procedureText } from '../../../scripts/soak/mutants/planted-fault.ts';
import { ROOT, readImports } from './import-graph.ts';

const imports = readImports(ROOT, ['tests', 'scripts', 'shared', 'infra', 'functions']).filter(({ isFile }) => isFile);

/** Everything that a file imports, and what that imports. */
function reached(from: string): string[] {
  const found = new Set([from]);
  for (const one of found) for (const { from: by, to } of imports) if (by === one) found.add(to);
  return [...found];
}

/** What makes a database, packs a bundle or installs something, but says nothing of a mutant. */
const APART = /^scripts\/(database|bootstrap|build)\//;
const uncovered = (file: string, paths: readonly string[]): string[] =>
  reached(file).filter((one) => !APART.test(one) && !paths.some((path) => one === path || one.startsWith(`${path}/`)));

/** What holds money, credits, memberships and tasks. */
const HELD =
  /\b(?:UPDATE|INSERT INTO|INSERT IGNORE INTO|REPLACE INTO|DELETE FROM) (?:accounts|quota_\w+|orders|order_attempts|payments|refunds|referral_\w+|withdrawals|redemptions|welcome_grants|tasks|task_\w+)\b/;
const writes = (text: string): boolean => HELD.test(text.replaceAll(/--.*/g, ''));

describe('procedures that hold money, credits or tasks', () => {
  const listed: readonly string[] = Object.values(MUTATED).flat();

  it('are given small faults: the newest version of each', () => {
    const held = procedureNames().filter((name) => writes(procedureText(name)));
    expect(held.filter((name) => !listed.includes(name))).toEqual([]);
    expect(held.length).toBeGreaterThan(25);
    expect(listed.filter((name) => !procedureNames().includes(name))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('are told by what they write, not by what they read or say', () => {
    expect(writes('UPDATE quota_lots SET remaining = 0;')).toBe(true);
    expect(writes('DELETE FROM task_units WHERE task_id = p_id;')).toBe(true);
    expect(writes('SELECT id INTO v_id FROM orders FOR UPDATE; -- UPDATE orders\nUPDATE settings SET n = 1;')).toBe(
      false,
    );
  });
});

describe('an answer about a mutant is kept as long as nothing changes', () => {
  it('that its suite imports', () => {
    for (const look of ['short look', 'long look'] as const) {
      expect(uncovered('scripts/soak/mutants/kill-mutants.ts', MUTANT_SUITES[lookKey(look)] ?? [])).toEqual([
        'scripts/soak/mutants/make-mutants.ts',
      ]);
    }
    for (const file of TEST_FILES) expect(uncovered(file, MUTANT_SUITES[file] ?? []), file).toEqual([]);
    const [scenarios] = ['tests/integration/database/one-merchant'];
    const without = MUTANT_SUITES['tests/integration/database/one-merchant.test.ts']?.filter(
      (one) => one !== scenarios,
    );
    expect(uncovered('tests/integration/database/one-merchant.test.ts', without ?? []).length).toBeGreaterThan(5);
  });

  it('of the procedures, the migrations, and the functions that tests call by name', () => {
    for (const paths of Object.values(MUTANT_SUITES))
      expect(paths).toEqual(expect.arrayContaining(['infra/procedures', 'infra/migrations']));
    for (const file of TEST_FILES) expect(MUTANT_SUITES[file]).toContain('functions');
    expect(readFileSync(join(ROOT, 'tests/integration/auth/auth-stage.ts'), 'utf8')).toMatch(
      /import\(`\.\.\/\.\.\/\.\.\/functions\//,
    );
  });

  it('of how long is looked', () => {
    const { sequences, bursts } = LOOKS['long look'];
    expect(lookKey('long look')).toContain(String(sequences));
    expect(lookKey('long look')).toContain(String(bursts));
  });
});

describe('tests that are asked about a mutant', () => {
  const planted = { name: 'expire_lot_v1', text: '' };
  const files = ['a.test.ts', 'b.test.ts'];
  const failure = { file: 'b.test.ts', what: 'x' };

  it('fail alone, too, or are asked again', async () => {
    const asked: string[] = [];
    const answers = [failure, undefined, failure, failure];
    const run = async (group: { files: readonly string[] }) => {
      asked.push(group.files.join());
      return answers[asked.length - 1];
    };
    expect(await askTests(planted, { files }, run)).toEqual({ failed: failure });
    expect(asked).toEqual(['a.test.ts,b.test.ts', 'b.test.ts', 'a.test.ts,b.test.ts', 'b.test.ts']);
  });

  it('and say nothing when they fail beside the others for ever', async () => {
    const asked: number[] = [];
    const run = async (group: { files: readonly string[] }) => {
      asked.push(group.files.length);
      return group.files.length > 1 ? failure : undefined;
    };
    await expect(askTests(planted, { files }, run)).rejects.toThrow(/b\.test\.ts failed with its group .* 3 times: x/);
    expect(asked).toHaveLength(6);
  });

  it('are asked without a fault, too: each whole and once', () => {
    for (const procedures of Object.values(MUTATED)) {
      const groups = wholeGroupsOf(procedures);
      const all = groups.flatMap((group) => group.files);
      expect(new Set(all).size).toBe(all.length);
      expect(new Set(all)).toEqual(
        new Set(procedures.flatMap((name) => testsOf(name).flatMap((group) => group.files))),
      );
      expect(groups.filter(({ only }) => only !== undefined)).toEqual([]);
    }
  });
});
