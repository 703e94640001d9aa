const BASE_MS = 10_000;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * How long a unit waits after its failed attempt number `attempt` (from 1): 10 s doubled each time, and up to half as much
 * again, so that what failed together does not come back together. The chance is the lease's own: its last two random
 * characters.
 */
export function retryDelayMs(attempt: number, leaseId: string): number {
  const [high = 0, low = 0] = [...leaseId.slice(-2)].map((char) => Math.max(0, CROCKFORD.indexOf(char)));
  return Math.round(BASE_MS * 2 ** (attempt - 1) * (1 + (high * 32 + low) / 2048));
}
