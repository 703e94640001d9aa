/**
 * The database could not be reached, or went away. Worth another try later (503, Retry-After).
 * `unknown`: the statement was under way, so it may or may not have taken effect; only the caller's idempotency can tell.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly outcome: 'not_sent' | 'unknown';
  constructor(outcome: 'not_sent' | 'unknown', cause: unknown) {
    super(`database unavailable (${outcome === 'unknown' ? 'in the middle of a statement' : 'nothing was sent'})`, {
      cause,
    });
    this.outcome = outcome;
  }
}
