import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/**
 * Resident memory of a process and all that it started, without pages shared with others (the program's own text); 0
 * where /proc does not tell.
 */
export function treeMemoryMb(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const ownMb = ((resident - shared) * PAGE_BYTES) / (1024 * 1024);
    return children.reduce((sum, child) => sum + treeMemoryMb(Number(child)), ownMb);
  } catch {
    return 0;
  }
}
