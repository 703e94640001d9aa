import { readFileSync } from 'node:fs';
import { processTree } from './process-cpu.ts';

const EVERY_MS = 25;

export interface PeakWatch {
  readonly look: () => void;
  readonly mib: () => number;
  readonly stop: () => void;
}

/**
 * Watches a process and all its descendants: the kernel keeps each one's highest resident memory, so only what a child
 * takes in its last moments is missed. Each one's peak, added up: more than they ever had at once. Linux only.
 */
export function watchPeak(pid: number): PeakWatch {
  const peaks = new Map<number, number>();
  const look = (): void => {
    for (const one of processTree(pid)) {
      const kib = readPeakKib(one);
      if (kib !== null) peaks.set(one, kib);
    }
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return {
    look,
    mib: () => [...peaks.values()].reduce((sum, kib) => sum + kib, 0) / 1024,
    stop: () => clearInterval(timer),
  };
}

function readPeakKib(pid: number): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) : null;
  } catch {
    return null;
  }
}
