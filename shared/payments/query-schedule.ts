/**
 * When a channel is asked about an unpaid order, after its creation: the vendor's own plan
 * (https://pay.weixin.qq.com/doc/v3/merchant/4012075249). Whoever has paid and heard nothing waits no longer than that.
 */
const QUERY_AFTER_MS = [5, 30, 60, 180, 300, 600, 1800].map((seconds) => seconds * 1000);
/** The channel's clock may be a little behind ours: its last second is over then. */
const AFTER_EXPIRY_MS = 5000;
/** What is still open after the plan is asked for ever, rarely: money must not be forgotten. */
const LATER_MS = 30 * 60_000;

export const firstQueryAt = (createdAtMs: number): number => createdAtMs + QUERY_AFTER_MS[0]!;

/** The next time after `nowMs`; just after the order's end it is asked once more, to be closed. */
export function nextQueryAt(createdAtMs: number, expiresAtMs: number, nowMs: number): number {
  const planned = [...QUERY_AFTER_MS.map((ms) => createdAtMs + ms), expiresAtMs + AFTER_EXPIRY_MS];
  return Math.min(...planned.filter((atMs) => atMs > nowMs), nowMs + LATER_MS);
}

const REFUND_AFTER_MS = [10, 30, 60, 300, 1800, 7200].map((seconds) => seconds * 1000);
/** A channel that is short of money, or does not answer for hours: as often as an operator would try. */
export const REFUND_LATER_MS = 6 * 3_600_000;

/** When a refund that was sent `attempts` times is looked at again. */
export const nextRefundAt = (attempts: number, nowMs: number): number =>
  nowMs + (REFUND_AFTER_MS[attempts] ?? REFUND_LATER_MS);
