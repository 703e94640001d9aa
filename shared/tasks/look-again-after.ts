const LEAST_MS = 60_000;
const MOST_MS = 600_000;

/**
 * How long after a work object was written, and nobody came, it is looked at again: as long as it has waited so far. An overloaded
 * platform holds the first event still, and each further object only makes the queue longer. 1, 2, 4, at most 10 minutes.
 */
export const lookAgainAfterMs = (waitedMs: number): number => Math.min(MOST_MS, Math.max(LEAST_MS, waitedMs));
