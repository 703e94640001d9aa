import { readFileSync } from 'node:fs';

const TICK_MS = 10;

/** CPU time of everything on this machine since it started, waiting and idling left out; milliseconds. */
export function machineCpuMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}
