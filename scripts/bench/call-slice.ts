import type { Sample } from './ratios.ts';

/** Calls again and again in this process for a while, one call at a time. */
export async function callSlice(
  call: () => unknown,
  sliceMs: number,
  otherCpuMs: () => number = () => 0,
): Promise<Sample> {
  const [startMs, startCpu, otherMs] = [performance.now(), process.cpuUsage(), otherCpuMs()];
  let operations = 0;
  let nowMs = startMs;
  while (nowMs - startMs < sliceMs) {
    const pending = call();
    if (pending instanceof Promise) await pending;
    operations++;
    nowMs = performance.now();
  }
  const { user, system } = process.cpuUsage(startCpu);
  return { operations, wallMs: nowMs - startMs, cpuMs: (user + system) / 1000 + otherCpuMs() - otherMs };
}
