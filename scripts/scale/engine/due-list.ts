/** Rows by the time at which they are due, as the index by_sweep has them. */
export interface DueList<T> {
  readonly put: (atMs: number, row: T) => void;
  /** Up to `page` rows that are due, the longest due first; they leave the list. */
  readonly take: (nowMs: number, page: number, isStillDue: (row: T, atMs: number) => boolean) => T[];
  readonly due: (nowMs: number, isStillDue: (row: T, atMs: number) => boolean) => { rows: number; oldestMs: number };
}

/** Buckets of a second: a day has 86,400 of them. */
export function newDueList<T>(): DueList<T> {
  const buckets = new Map<number, { atMs: number; row: T }[]>();
  let first = 0;
  return {
    put: (atMs, row) => {
      const second = Math.max(first, Math.floor(atMs / 1000));
      const bucket = buckets.get(second);
      if (bucket) bucket.push({ atMs, row });
      else buckets.set(second, [{ atMs, row }]);
    },
    take: (nowMs, page, isStillDue) => {
      const taken: T[] = [];
      for (; first * 1000 <= nowMs; first++) {
        const bucket = buckets.get(first);
        while (bucket && bucket.length > 0 && taken.length < page) {
          if (bucket[bucket.length - 1]!.atMs > nowMs) return taken;
          const { atMs, row } = bucket.pop()!;
          if (isStillDue(row, atMs)) taken.push(row);
        }
        if (bucket && bucket.length > 0) return taken;
        buckets.delete(first);
        if ((first + 1) * 1000 > nowMs) break;
      }
      return taken;
    },
    due: (nowMs, isStillDue) => {
      let [rows, oldestMs] = [0, 0];
      for (let second = first; second * 1000 <= nowMs; second++) {
        for (const { atMs, row } of buckets.get(second) ?? []) {
          if (atMs > nowMs || !isStillDue(row, atMs)) continue;
          rows++;
          oldestMs = Math.max(oldestMs, nowMs - atMs);
        }
      }
      return { rows, oldestMs };
    },
  };
}
