import { spawn } from 'node:child_process';
import { installPackages } from '../../database/apt-packages.ts';
import { runProgram } from '../../database/run-program.ts';

const ATTACH_MS = 5000;

/** Why the system calls of a process cannot be made to fail here; null: they can. Installs strace as root on Debian. */
export async function whyNoFailingSyncs(say: (line: string) => void): Promise<string | null> {
  if (process.platform !== 'linux') return 'strace is for Linux';
  if (process.getuid?.() !== 0) return 'making system calls of the database fail needs root';
  if ((await hasStrace()) || (await installPackages([['strace']], say))) return null;
  return 'strace is not installed, and apt could not install it';
}

const hasStrace = async (): Promise<boolean> => (await runProgram(['strace', '-V'])).code === 0;

/** From each thread's `nth` on, syncs of this process fail with EIO. Resolves once that holds; ends with the process. */
export async function failSyncs(pid: number, nth: number): Promise<{ stop: () => Promise<void> }> {
  const inject = `inject=fdatasync,fsync:error=EIO:when=${nth}+`;
  const strace = spawn('strace', ['-f', '-e', inject, '-o', '/dev/null', '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => strace.once('close', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`strace did not attach: ${said}`)), ATTACH_MS);
    strace.once('error', reject);
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('attached')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return {
    stop: () => {
      strace.kill('SIGINT');
      return ended;
    },
  };
}
