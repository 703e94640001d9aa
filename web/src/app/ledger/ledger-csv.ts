import type { Language } from '../../core/preferences.ts';
import { type Say, sayIn } from '../use-text.ts';
import { ENTRY_KINDS, type LedgerEntry } from './entry-text.ts';
import { runningBalances } from './running-balances.ts';

/** Excel in China reads UTF-8 only behind this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

/** The whole ledger, newest first, for spreadsheets. */
export function ledgerCsv(entries: readonly LedgerEntry[], say: Say, language: Language): string {
  const balances = runningBalances(entries);
  const head = (['time', 'kind', 'change', 'balance', 'task', 'order'] as const).map((name) => say(name));
  const kinds = sayIn(language);
  const rows = entries.map(({ createdAtMs, kind, amount, taskId, orderId }, index) => [
    new Date(createdAtMs).toISOString(),
    kinds(ENTRY_KINDS[kind]),
    amount,
    balances[index] ?? '',
    taskId ?? '',
    orderId ?? '',
  ]);
  return BYTE_ORDER_MARK + [head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n');
}

/** Text that a spreadsheet would take for a formula is kept from being one; numbers are numbers. */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
