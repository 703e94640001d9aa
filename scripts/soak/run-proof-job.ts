import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onOneCore } from './on-one-core.ts';
import type { ProofJob, ProofResults } from './proof-job.ts';

const script = fileURLToPath(new URL('proof-process.ts', import.meta.url));
const bootstrap = (name: string): string => new URL(`../bootstrap/${name}.mjs`, import.meta.url).href;

/**
 * Does a job in a process of its own, which ends with this one or when `signal` says so. `core`: the process and its database
 * share one core, the how-manieth.
 */
export function runProofJob<Kind extends ProofJob['kind']>(
  job: ProofJob & { kind: Kind },
  { signal, core }: { readonly signal?: AbortSignal; readonly core?: number } = {},
): Promise<ProofResults[Kind]> {
  const command = [
    ...([process.execPath, '--import', bootstrap('load-typescript')] as const),
    ...(['--import', bootstrap('end-with-parent'), script] as const),
    JSON.stringify(job),
  ] as const;
  const [program, ...args] = core === undefined ? command : onOneCore(core, command);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      // The channel carries nothing: its closing ends the child with its parent, however that one ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // The checkout's own cache, also where tests have none.
      env: { ...process.env, TSX_DISABLE_CACHE: '' },
      ...(signal && { signal }),
    });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    let answer = '';
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', end);
      if (code === 0) resolve(JSON.parse(answer) as ProofResults[Kind]);
      else reject(new Error(`a ${job.kind} process ended with ${code}: ${errors.slice(-3000)}`));
    });
  });
}
