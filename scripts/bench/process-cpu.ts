import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** The fields after the command's name, which may itself hold spaces and brackets. */
function readStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** A process and its living descendants; Linux only. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat) parents.set(Number(name), Number(stat[1]));
  }
  const isOfTree = (candidate: number): boolean => {
    for (let at: number | undefined = candidate; at !== undefined && at > 0; at = parents.get(at)) {
      if (at === pid) return true;
    }
    return false;
  };
  return [...parents.keys()].filter(isOfTree);
}

/** CPU time (user and system, all threads) of a process and its living descendants, in milliseconds; Linux only. */
export const treeCpuMs = (pid: number): number => processTree(pid).reduce((sum, one) => sum + processCpuMs(one), 0);

/** CPU time of one process, all its threads, in milliseconds; 0 when it is gone. */
export function processCpuMs(pid: number): number {
  const stat = readStat(pid);
  return stat === null ? 0 : (Number(stat[11]) + Number(stat[12])) * TICK_MS;
}
