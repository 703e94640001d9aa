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

/** What no release calls any more that anybody could roll back to. */
const GONE = [
  ...['create_order_v1', 'settle_order_v1', 'create_task_v1', 'accept_input_v1', 'claim_unit_v1', 'finish_unit_v1'],
  ...['fail_unit_v1', 'expire_lease_v1', 'set_merchant_state_v1'],
];

it('a migration takes nothing from the functions of the release before: they go on until the deploy, and after a rollback', () => {
  const dropped = migrations.flatMap((sql) => [...sql.matchAll(/\bDROP (?!CONSTRAINT)(?:\w+ )?(?:IF EXISTS )?(\w+)/g)]);
  expect(dropped.map(([, name]) => name)).toEqual(GONE);
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
