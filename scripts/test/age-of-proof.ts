import { existsSync, readFileSync } from 'node:fs';
import { commitsSince, PROOF_FILES } from '../soak/proof-files.ts';
import type { ProofRecord } from '../soak/proof-record.ts';

const MAX_COMMITS = 60;

/** A line for each part of the soak whose record is old; that fails nothing, but is said. */
export function ageOfProof(): string[] {
  if (!existsSync(PROOF_FILES.json)) return ['there is no docs/proof.json: npm run soak'];
  const { rows } = JSON.parse(readFileSync(PROOF_FILES.json, 'utf8')) as ProofRecord; // its form is checked by a unit test
  return rows.flatMap(({ part, commit }) => sayAge(part, commitsSince(commit)));
}

export function sayAge(part: string, commits: number | null): string[] {
  if (commits === null) return [`docs/proof.md: ${part} was proved at a commit that git does not know here`];
  const old = `docs/proof.md: ${part} was proved ${commits} commits ago: npm run soak -- --only ${part}`;
  return commits > MAX_COMMITS ? [old] : [];
}
