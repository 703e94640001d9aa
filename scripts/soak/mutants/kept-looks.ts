import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hashOfPaths } from '../hash-of-paths.ts';

/** What one suite said of one mutant. `of`: a hash of both texts; what is noticed or not stands as long as both do. */
interface Look {
  readonly of: string;
  /** What was noticed; null where nothing was. */
  readonly what: string | null;
}

interface Looked {
  readonly name: string;
  readonly text: string;
}

/** Answers of suites about mutants, kept from run to run so that only what has changed is asked again. */
export interface KeptLooks {
  /** undefined: not asked since either of them changed. */
  find(mutant: Looked, suite: string): string | null | undefined;
  keep(mutant: Looked, suite: string, what: string | null): void;
  /** Suites that noticed this one once: the first to ask again. */
  noticedBefore(mutant: Looked, suites: readonly string[]): readonly string[];
}

/** @param suites the files and folders that each suite's text is, relative to the repository */
export function openKeptLooks(file: string, suites: Readonly<Record<string, readonly string[]>>): KeptLooks {
  const looks = readLooks(file);
  const hashes = new Map(Object.entries(suites).map(([suite, paths]) => [suite, hashOfPaths(paths)]));
  const ofBoth = ({ text }: Looked, suite: string): string =>
    createHash('sha256')
      .update(`${hashes.get(suite)}\n${text}`)
      .digest('hex')
      .slice(0, 16);
  return {
    find(mutant, suite) {
      const look = looks[mutant.name]?.[suite];
      return look?.of === ofBoth(mutant, suite) ? look.what : undefined;
    },
    keep(mutant, suite, what) {
      looks[mutant.name] = { ...looks[mutant.name], [suite]: { of: ofBoth(mutant, suite), what } };
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(looks, null, 1));
      renameSync(`${file}.new`, file);
    },
    noticedBefore: (mutant, asked) => asked.filter((suite) => typeof looks[mutant.name]?.[suite]?.what === 'string'),
  };
}

function readLooks(file: string): Record<string, Record<string, Look>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, Look>>; // written above
  } catch {
    return {};
  }
}
