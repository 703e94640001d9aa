import type { RateLimit } from '../contract/operation.ts';

export interface RateTaken {
  readonly allowed: boolean;
  /** Calls left right now. */
  readonly remaining: number;
  /** Until the bucket is full again. */
  readonly resetSeconds: number;
  /** Until the next call can be allowed; 0 when this one was. */
  readonly retrySeconds: number;
}

/** Takes one call from `bucket` (ASCII, at most 96 characters; hash what is personal). Safe against any number at once. */
export type RateLimiter = (bucket: string, limit: RateLimit, nowMs: number) => Promise<RateTaken>;

/** `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-11 (structured fields), and `Retry-After`. */
export function rateLimitHeaders(limit: RateLimit, taken: RateTaken): Record<string, string> {
  return {
    'RateLimit-Policy': `"default";q=${limit.limit};w=${limit.windowSeconds}`,
    RateLimit: `"default";r=${taken.remaining};t=${taken.resetSeconds}`,
    ...(!taken.allowed && { 'Retry-After': String(taken.retrySeconds) }),
  };
}
