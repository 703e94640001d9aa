import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScaleRecord } from './record.ts';
import { TABLES } from './tables.ts';

const FILE = fileURLToPath(new URL('../../docs/scale.md', import.meta.url));

export const readDocument = (): string => readFileSync(FILE, 'utf8');

/** The document with every table, between its two marks, as the record has it. @throws when a table has no place */
export function withTables(text: string, record: ScaleRecord): string {
  let written = text;
  for (const [name, table] of Object.entries(TABLES)) {
    const place = new RegExp(`(<!-- table: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!place.test(written)) throw new Error(`docs/scale.md has no place for the table "${name}"`);
    written = written.replace(
      place,
      (_all, start: string, end: string) => `${start}\n${table(record).join('\n')}\n\n${end}`,
    );
  }
  return written;
}

export function writeDocument(record: ScaleRecord): void {
  writeFileSync(FILE, withTables(readDocument(), record));
}
