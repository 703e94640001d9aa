import { existsSync, readFileSync } from 'node:fs';

const TASKSET = '/usr/bin/taskset';

/**
 * The command, kept to one of the processor's cores that this process may use: a program and a database that wait for each
 * other by turns are a sixth faster when neither wakes up on another core. Where that cannot be asked for, the command as it is.
 */
export function onOneCore(nth: number, command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const cores = allowedCores();
  const core = cores[nth % Math.max(1, cores.length)];
  return core === undefined || !existsSync(TASKSET) ? command : [TASKSET, '-c', String(core), ...command];
}

/** Of `Cpus_allowed_list: 0-1,4` in /proc (Linux): 0, 1 and 4. */
export function allowedCores(status = readStatus()): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    if (from === undefined || to === undefined || range === '') return [];
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return ''; // not Linux
  }
}
