import type { Client } from '../../../../shared/contract/client.ts';
import { exportQuotaEntries } from '../../../../shared/contract/quota.ts';
import { saveFile } from '../../core/save-file.ts';

/** The whole ledger as the server writes it, part behind part, into one file. */
export async function exportLedger(client: Client): Promise<void> {
  const parts: string[] = [];
  let cursor: string | undefined;
  let name = '';
  do {
    const part = await client.call(exportQuotaEntries, cursor === undefined ? {} : { cursor });
    parts.push(part.csv);
    name = part.fileName;
    cursor = part.nextCursor;
  } while (cursor !== undefined);
  saveFile(new Blob(parts, { type: 'text/csv' }), name);
}
