import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROOF_FILES } from './proof-files.ts';
import { type ProofRecord, type ProofRow, shortOf, toProofText } from './proof-record.ts';

export interface ProofPlaces {
  readonly json: string;
  readonly text: string;
  /** Where a part that goes on stands until it has reached what a record must hold. */
  readonly unfinished: (part: string) => string;
}

const PLACES: ProofPlaces = {
  ...PROOF_FILES,
  unfinished: (part) => fileURLToPath(new URL(`../../dist/soak/unfinished-${part}.json`, import.meta.url)),
};

/** What a part has done by this very code, recorded or on its way there. */
export async function rowSoFar(part: string, code: string, places = PLACES): Promise<ProofRow | undefined> {
  const { rows } = (await readJson<ProofRecord>(places.json)) ?? { rows: [] };
  const unfinished = await readJson<ProofRow>(places.unfinished(part));
  return [unfinished, ...rows].find((row) => row?.part === part && row.code === code);
}

/**
 * Puts a row in its part's place, unless it holds less than a record must: then it waits, and the one that is recorded stays.
 * The record is read anew each time: another run may have written another part meanwhile.
 * @returns what it lacks
 */
export async function keepRow(row: ProofRow, places = PLACES): Promise<string[]> {
  const lacks = shortOf(row);
  const unfinished = places.unfinished(row.part);
  if (lacks.length > 0) {
    await mkdir(dirname(unfinished), { recursive: true });
    await writeFile(unfinished, JSON.stringify(row));
    return lacks.map((what) => `not recorded yet: ${what}`);
  }
  const { rows } = (await readJson<ProofRecord>(places.json)) ?? { rows: [] };
  const record = {
    rows: [...rows.filter(({ part }) => part !== row.part), row].sort((a, b) => (a.part < b.part ? -1 : 1)),
  };
  await writeFile(places.json, `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(places.text, toProofText(record));
  await rm(unfinished, { force: true });
  return [];
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T; // written above; the tests check the record
  } catch {
    return undefined;
  }
}
