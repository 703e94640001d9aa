import type { Client } from '../../../../shared/contract/client.ts';
import { exportDays, exportOrders } from '../../../../shared/contract/ops-exports.ts';

export interface Days {
  readonly firstDay: string;
  readonly lastDay: string;
}
export type ExportKind = 'orders' | 'days';

interface WholeExport {
  readonly fileName: string;
  readonly csv: string;
}

/** What there is of some days as one file: orders come in parts, each of which stands in the audit log. Half a file is none. */
export async function wholeExport(
  client: Client,
  kind: ExportKind,
  days: Days,
  signal: AbortSignal,
): Promise<WholeExport> {
  if (kind === 'days') return client.call(exportDays, days, { signal });
  let csv = '';
  for (let cursor: string | undefined; ; ) {
    const part = await client.call(exportOrders, { ...days, ...(cursor && { cursor }) }, { signal });
    csv += part.csv;
    if (part.nextCursor === undefined) return { fileName: part.fileName, csv };
    cursor = part.nextCursor;
  }
}
