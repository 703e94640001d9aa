const keyOf = (batchId: string): string => `yiying.archive.${batchId}`;

/** The archive that this tab has ordered of a batch, so that a reload orders no second one. */
export function keptArchive(batchId: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(batchId));
  } catch {
    return null;
  }
}

export function keepArchive(batchId: string, archiveId: string | null): void {
  try {
    if (archiveId === null) sessionStorage.removeItem(keyOf(batchId));
    else sessionStorage.setItem(keyOf(batchId), archiveId);
  } catch {
    // without storage a reload asks for another
  }
}
