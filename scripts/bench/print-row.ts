import type { Ratio } from './ratios.ts';
import { allReached, type Check, isReached, type RowResult } from './row.ts';

const shown = (value: number): string => (Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));
const spreadOf = (ratio: Ratio | null): string => (ratio === null ? '' : ` (${shown(ratio.min)}–${shown(ratio.max)})`);

/** "wall 5.88 (5.40–8.00), CPU 0.14 (0.13–0.16)". */
export function describeRatios({ wall, cpu }: Pick<RowResult, 'wall' | 'cpu'>): string {
  const parts = [
    ...(wall ? [`speed ×${shown(wall.median)}${spreadOf(wall)}`] : []),
    ...(cpu ? [`CPU ×${shown(cpu.median)}${spreadOf(cpu)}`] : []),
  ];
  return parts.join(', ');
}

export function describeCheck(check: Check): string {
  const verdict = isReached(check) ? '' : ' MISSED';
  const stretch = check.stretch === undefined ? '' : `, stretch ${check.stretch}`;
  return `${check.what} ${shown(check.value)} ${check.rule} ${check.bound}${stretch}${verdict}`;
}

export const reachOf = ({ checks }: RowResult): string =>
  checks.length === 0 ? 'printed' : checks.map(({ what, rule, bound }) => `${what} ${rule} ${bound}`).join(', ');

/** The row as one JSON object: `npm run bench -- --json`. */
export function toJson(result: RowResult, load: number): string {
  const { row, against, wall, cpu, figures, checks } = result;
  const spread = { wall: wall && [wall.min, wall.max], cpu: cpu && [cpu.min, cpu.max] };
  return JSON.stringify({
    row,
    against,
    wallRatio: wall?.median ?? null,
    cpuRatio: cpu?.median ?? null,
    spread,
    reach: reachOf(result),
    ok: allReached(result),
    values: Object.fromEntries(checks.map(({ what, value }) => [what, value])),
    figures,
    load,
  });
}

/** The row for a reader: ratios, what had to be reached, and what stands behind them. */
export function toText(result: RowResult, load: number): string {
  const verdict = result.checks.length === 0 ? 'printed' : allReached(result) ? 'reached' : 'MISSED';
  const lines = [
    `${verdict.padEnd(8)} ${result.row} against ${result.against}: ${describeRatios(result)}`,
    ...result.checks.map((check) => `           ${describeCheck(check)}`),
    ...result.figures.map((figure) => `           ${figure}`),
    `           load average ${load.toFixed(2)}`,
  ];
  return lines.join('\n');
}
