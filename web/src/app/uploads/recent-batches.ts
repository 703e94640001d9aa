export interface RecentBatch {
  readonly batchId: string;
  readonly photos: number;
  readonly atMs: number;
}

const MAX = 20;
const keyOf = (merchantId: string): string => `yiying.batches.${merchantId}`;

/** Batches that this browser has made, the newest first: the service finds a batch by its id alone. */
export function recentBatches(merchantId: string): RecentBatch[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(merchantId)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isBatch) : [];
  } catch {
    return [];
  }
}

export function noteBatch(merchantId: string, batch: RecentBatch): void {
  const others = recentBatches(merchantId).filter(({ batchId }) => batchId !== batch.batchId);
  try {
    localStorage.setItem(keyOf(merchantId), JSON.stringify([batch, ...others].slice(0, MAX)));
  } catch {
    // without storage a batch is found by its tasks
  }
}

export function forgetBatches(merchantId: string): void {
  try {
    localStorage.removeItem(keyOf(merchantId));
  } catch {
    // there are none
  }
}

function isBatch(one: unknown): one is RecentBatch {
  const { batchId, photos, atMs } = (one ?? {}) as Partial<RecentBatch>; // what anybody may have stored is looked at right here
  return /^bat_[0-9A-Z]{26}$/.test(String(batchId)) && Number.isInteger(photos) && Number.isFinite(atMs);
}
