import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { systemClock } from '../../shared/clock.ts';
import { hashOfPaths } from './hash-of-paths.ts';
import type { ProofRow } from './proof-record.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const PROOF_FILES = { json: `${root}docs/proof.json`, text: `${root}docs/proof.md` } as const;

/** What the proof is about: a change anywhere else leaves what was proved standing. */
const PROVED = ['shared', 'infra/migrations', 'infra/procedures', 'functions', 'scripts/soak'] as const;

/** What takes hours goes on as long as nothing of ours that it runs has changed: every file that is loaded from here, and the schema. */
const ENTRIES: Readonly<Record<string, string>> = { simulation: 'scripts/soak/simulation/simulate.ts' };
const SCHEMA = ['infra/migrations', 'infra/procedures'];

/** Files and folders, relative to the repository: a part that is run again goes on where they are the same. */
export async function filesOf(part: string): Promise<readonly string[]> {
  const entry = ENTRIES[part];
  if (entry === undefined) return PROVED;
  const { metafile } = await build({
    ...{ entryPoints: [entry], absWorkingDir: root, bundle: true, packages: 'external', platform: 'node' },
    ...{ format: 'esm', outdir: 'unused', write: false, metafile: true },
  });
  return [...Object.keys(metafile.inputs).sort(), ...SCHEMA];
}

const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** @throws when git is missing, or when what is proved differs from the commit that would be named */
export async function describeSource(part: string): Promise<Pick<ProofRow, 'commit' | 'code' | 'date' | 'machine'>> {
  const changed = git('status', '--porcelain', '--', ...PROVED);
  if (changed !== '') throw new Error(`commit first, for the record names a commit:\n${changed}`);
  const [processor] = cpus();
  return {
    commit: git('rev-parse', 'HEAD'),
    code: hashOfPaths(await filesOf(part)).slice(0, 16),
    date: new Date(systemClock()).toISOString().slice(0, 10),
    machine: `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
  };
}

/** Commits since the one that was proved; null where git cannot say (no git, a shallow clone). */
export function commitsSince(commit: string): number | null {
  try {
    return Number(git('rev-list', '--count', `${commit}..HEAD`));
  } catch {
    return null;
  }
}
