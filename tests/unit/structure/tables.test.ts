import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRANSITIONS } from '../../../shared/tasks/task.ts';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const document = read('docs/tables.md');
/** The document's part under a heading of level three. */
const section = (name: string): string => document.split(`### \`${name}\`\n`)[1]?.split(/\n##/)[0] ?? '';
const sections = [...document.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name as string);

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
}

function tablesOf(sql: string): Table[] {
  return [...sql.matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)\n\)/gm)].map(([, name, body]) => {
    const lines = (body as string).split('\n').map((line) => line.trim());
    const named = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
    return {
      name: name as string,
      columns: named(/^([a-z_]+) +[A-Z]/),
      indexes: ['PRIMARY', ...named(/^(?:UNIQUE )?KEY (\w+)/)],
    };
  });
}

/** What later migrations add to a table: its columns and indexes stand behind the first ones, in the order of the files. */
function addTo(table: Table, sql: string): Table {
  const added = (pattern: RegExp) =>
    [...sql.matchAll(pattern)].filter(([, name]) => name === table.name).map(([, , word]) => word as string);
  return {
    ...table,
    columns: [...table.columns, ...added(/^ALTER TABLE (\w+) ADD COLUMN ([a-z_]+)/gm)],
    indexes: [...table.indexes, ...added(/^ALTER TABLE (\w+) ADD (?:UNIQUE )?KEY (\w+)/gm)],
  };
}

const migrations = listFiles(ROOT, ['infra/migrations']).map(read);
const tables = migrations.flatMap(tablesOf).map((table) => addTo(table, migrations.join('\n')));
const procedures = listFiles(ROOT, ['infra/procedures']).map((file) => ({
  name: file.slice('infra/procedures/'.length, -'.sql'.length),
  text: read(file),
}));

/** What takes something from the functions of the release before, and what could refuse or lose what they write. */
const TAKES: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'drops',
    /\bDROP\s+(?!CONSTRAINT\b)(?:(?:TABLE|COLUMN|INDEX|KEY|PRIMARY KEY|TRIGGER|PROCEDURE|FUNCTION|VIEW|FOREIGN KEY)\s+)?(?:IF EXISTS\s+)?(\w+)/gi,
  ],
  ['renames', /\bRENAME\s+(?:TABLE\s+|COLUMN\s+|INDEX\s+|KEY\s+|TO\s+)?(\w+)/gi],
  ['changes', /\bALTER TABLE \w+\s[^;]*?\b(?:CHANGE|MODIFY)\s+(?:COLUMN\s+)?(\w+)/gi],
  [
    'demands',
    /\bALTER TABLE \w+\s[^;]*?\bADD\s+(?:COLUMN\s+)?(\w+)(?:(?!\bDEFAULT\b|\bAUTO_INCREMENT\b|[;,]).)*\bNOT NULL\b(?!(?:(?![;,]).)*\b(?:DEFAULT|AUTO_INCREMENT|AS)\b)/gis,
  ],
  [
    'refuses',
    /\bALTER TABLE \w+\s[^;]*?\bADD\s+(?:CONSTRAINT (\w+)|UNIQUE (?:KEY|INDEX) (\w+)|CHECK\b|PRIMARY KEY\b)/gi,
  ],
  ['truncates', /\bTRUNCATE\s+(?:TABLE\s+)?(\w+)/gi],
];

const taken = (file: string, sql: string): string[] =>
  TAKES.flatMap(([what, pattern]) =>
    [...sql.replaceAll(/^\s*--.*$/gm, '').matchAll(pattern)].map(([, one, other]) =>
      `${file} ${what} ${one ?? other ?? ''}`.trim(),
    ),
  );

const DAY = '2026-11-26';
const NEVER_RELEASED =
  'version 0.1.0 has never been deployed with a caller of it: the database of a first release never had it';

/**
 * What was allowed nevertheless: by which file, since when, and why nothing that could still be rolled back to calls or writes it. A
 * procedure goes a release after its last caller; what is here is never more than the files say.
 */
const ALLOWED: readonly { readonly of: string; readonly since: string; readonly why: string }[] = [
  { of: '0004_channels_and_refunds drops create_order_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0004_channels_and_refunds drops settle_order_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0010_cards_and_plans drops create_task_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0010_cards_and_plans drops accept_input_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0010_cards_and_plans drops claim_unit_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0010_cards_and_plans drops finish_unit_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0010_cards_and_plans drops fail_unit_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0010_cards_and_plans drops expire_lease_v1', since: DAY, why: NEVER_RELEASED },
  { of: '0046_deleted_stay_deleted drops set_merchant_state_v1', since: DAY, why: NEVER_RELEASED },
  {
    of: '0010_cards_and_plans refuses unit_state',
    since: DAY,
    why: 'one more state is allowed than before; none is taken away',
  },
  {
    of: '0027_account_deletion refuses merchant_state',
    since: DAY,
    why: 'one more state is allowed than before; none is taken away',
  },
  {
    of: '0030_console refuses by_key',
    since: DAY,
    why: 'its columns came with it: what the functions before wrote has no key, and NULL is no repetition',
  },
  {
    of: '0036_engines_that_answer_at_once changes job_id',
    since: DAY,
    why: 'longer than before, with a default: every old value and write fits',
  },
];

it('a migration takes nothing from the functions of the release before: they go on until the deploy, and after a rollback', () => {
  const found = listFiles(ROOT, ['infra/migrations'])
    .flatMap((file) => taken(file.slice('infra/migrations/'.length, -'.sql'.length), read(file)))
    .sort();
  expect(found).toEqual(ALLOWED.map(({ of }) => of).sort());
  for (const { since, why } of ALLOWED)
    expect([since, why.length > 20]).toEqual([expect.stringMatching(/^2026-\d\d-\d\d$/), true]);
});

it.each([
  ['DROP TABLE IF EXISTS a;', 'x drops a'],
  ['ALTER TABLE a DROP COLUMN b;', 'x drops b'],
  ['ALTER TABLE a DROP b;', 'x drops b'],
  ['DROP TRIGGER b;', 'x drops b'],
  ['RENAME TABLE a TO b;', 'x renames a'],
  ['ALTER TABLE a RENAME COLUMN b TO c;', 'x renames b'],
  ['ALTER TABLE a CHANGE b c INT;', 'x changes b'],
  ['ALTER TABLE a MODIFY COLUMN b INT;', 'x changes b'],
  ['ALTER TABLE a ADD COLUMN b VARCHAR(8)\n  CHARACTER SET ascii NOT NULL;', 'x demands b'],
  ['ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0);', 'x refuses c'],
  ['ALTER TABLE a ADD UNIQUE KEY by_b (b);', 'x refuses by_b'],
  ['TRUNCATE a;', 'x truncates a'],
  ['ALTER TABLE a ADD COLUMN b INT NOT NULL DEFAULT 0;', null],
  ['ALTER TABLE a ADD COLUMN b INT NULL;', null],
  ['ALTER TABLE a ADD KEY by_b (b);', null],
  ['-- never DROP TABLE a\nCREATE TABLE b (c INT NOT NULL);', null],
])('of a migration %s is told as %s', (sql, told) => {
  expect(taken('x', sql)).toEqual(told === null ? [] : [told]);
});

describe('docs/tables.md', () => {
  it('has every table and procedure once, and no other', () => {
    expect(tables.length).toBeGreaterThan(10);
    expect([...sections].sort()).toEqual([...tables, ...procedures].map(({ name }) => name).sort());
  });

  it.each(tables)('has the columns and indexes of $name, in their order', ({ name, columns, indexes }) => {
    const rows = [...section(name).matchAll(/^\| `(\w+)` \|/gm)].map(([, column]) => column);
    expect(rows).toEqual(columns);
    const listed = [...(section(name).split('Indexes:')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, index]) => index);
    expect(listed).toEqual(indexes);
  });

  it.each(procedures)('has the outcomes that $name declares', ({ name, text }) => {
    const declared = /^-- outcome: ([\s\S]*?)(?=;|\n--|\nCREATE)/m.exec(text)?.[1]?.replaceAll(/\([^)]*\)/g, '') ?? '';
    const listed = (section(name).split('Outcomes:')[1] ?? '').replaceAll(/\([^)]*\)/g, '');
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, outcome]) => outcome).sort()).toEqual(
      (declared.match(/\w+/g) ?? []).sort(),
    );
    expect(declared === '', name).toBe(/^-- Inner/.test(text));
  });

  it('draws the transitions of shared/tasks/task.ts, and no other', () => {
    const drawn = [...document.matchAll(/^ {2}(\w+) --> (\w+): /gm)].map(([, from, to]) => `${from} → ${to}`);
    const coded = Object.values(TRANSITIONS).flatMap(({ from, to }) => from.map((state) => `${state} → ${to}`));
    expect([...new Set(drawn)].sort()).toEqual([...new Set(coded)].sort());
  });

  it('would be found wrong: a column, an index and an outcome are read from SQL that has one more', () => {
    const [table] = tablesOf(
      'CREATE TABLE a (\n  id INT NOT NULL PRIMARY KEY,\n  more_at DATETIME(3) NULL,\n  KEY by_more (more_at)\n)',
    );
    expect(table).toEqual({ name: 'a', columns: ['id', 'more_at'], indexes: ['PRIMARY', 'by_more'] });
    const later =
      'ALTER TABLE a ADD COLUMN last_at DATETIME(3) NULL;\nALTER TABLE a ADD KEY by_last (last_at);\nALTER TABLE b ADD COLUMN c INT';
    expect(addTo(table as Table, later)).toEqual({
      name: 'a',
      columns: ['id', 'more_at', 'last_at'],
      indexes: ['PRIMARY', 'by_more', 'by_last'],
    });
  });
});
