import type { Violation } from '../../shared/ops/audit-ledger.ts';

/** For a person at a terminal: each broken rule once, with the rows that break it. Times are UTC. */
export function auditReport(violations: readonly Violation[], checks: number): string {
  if (violations.length === 0) return `${checks} rules hold.\n`;
  const rules = new Map<string, Violation[]>();
  for (const violation of violations) {
    const title = `${violation.rule}  ${violation.what}`;
    rules.set(title, [...(rules.get(title) ?? []), violation]);
  }
  const parts = [...rules].map(
    ([title, rows]) => `BROKEN ${title}\n${rows.map(({ row }) => `  ${line(row)}\n`).join('')}`,
  );
  return `${parts.join('\n')}\n${rules.size} of ${checks} rules are broken. At most 20 rows of each are shown.\n`;
}

function line(row: Violation['row']): string {
  return Object.entries(row)
    .map(([name, value]) =>
      name.endsWith('AtMs') && typeof value === 'number'
        ? `${name.slice(0, -'AtMs'.length)}At=${new Date(value).toISOString()}`
        : `${name}=${String(value)}`,
    )
    .join('  ');
}
