import { outputKey } from '../cos/keys.ts';
import type { Objects } from '../cos/objects.ts';
import { sideBySide } from '../side-by-side.ts';
import type { Lease, StoredOutput } from './unit-procedures.ts';

/** What a processor makes of a photo. `flags` are short words about a result, such as `below_38kb`. */
export interface MadeFile {
  readonly name: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly flags: readonly string[];
}

/** A key that carries the lease: whoever comes late overwrites nothing. */
const keyOf = ({ taskId, step, unit, leaseId }: Lease, { name }: MadeFile): string =>
  outputKey({ taskId, step: String(step), unit: String(unit), leaseId, name });

/** When it has failed, nothing is being written any more. */
export function storeFiles(objects: Objects, lease: Lease, files: readonly MadeFile[]): Promise<StoredOutput[]> {
  return sideBySide(files, files.length, async (file) => {
    const { name, contentType, width, height, bytes, flags } = file;
    const key = keyOf(lease, file);
    await objects.put(key, bytes, contentType);
    return { name, key, contentType, width, height, sizeBytes: bytes.byteLength, flags: flags.join(',') };
  });
}

/** What no row names, nobody would find again: of an attempt that has come to nothing, also what was never written. */
export async function removeFiles(objects: Objects, lease: Lease, files: readonly MadeFile[]): Promise<void> {
  await sideBySide(files, files.length, (file) => objects.delete(keyOf(lease, file)));
}
