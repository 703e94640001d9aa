import type { Clock } from '../../../shared/clock.ts';
import type { CashierBook, CashierChannel, Delivery } from './cashier-book.ts';

export interface SealedNotice {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What went over the wire, for tests that replay it, and how it was answered (0: not at all). */
export interface SentNotice extends SealedNotice {
  readonly channel: CashierChannel;
  readonly subject: Delivery['subject'];
  readonly outTradeNo: string;
  readonly outRefundNo?: string;
  readonly atMs: number;
  readonly status: number;
}

const S = 1000;
const M = 60 * S;
const H = 60 * M;
/** https://pay.weixin.qq.com/doc/v3/merchant/4012791836: 24 h 4 min in all, then never again. */
export const WECHAT_RETRY_DELAYS_MS: readonly number[] = [
  ...[15 * S, 15 * S, 30 * S, 3 * M, 10 * M, 20 * M, 30 * M, 30 * M, 30 * M, 60 * M],
  ...[3 * H, 3 * H, 3 * H, 6 * H, 6 * H],
];

/** 24 h 24 min in all. Facts of https://opendocs.alipay.com/open/270/105902, as quoted by those who saw it. */
export const ALIPAY_RETRY_DELAYS_MS: readonly number[] = [4 * M, 10 * M, 10 * M, 1 * H, 2 * H, 6 * H, 15 * H];
const RETRY_DELAYS_MS = { wechat: WECHAT_RETRY_DELAYS_MS, alipay: ALIPAY_RETRY_DELAYS_MS } as const;

/** WeChat waits this long for the answer. In real time: the receiver runs in it. */
const ANSWER_TIMEOUT_MS = 5000;
const KEPT_NOTICES = 500;

export interface DeliveryDesk {
  /** Sends all that is due by the clock, at once, and waits for the answers. @returns how many were sent */
  tick(): Promise<number>;
  /** Hangs up on whoever has not answered yet, and waits until nothing is on its way. */
  stop(): Promise<void>;
  readonly sent: readonly SentNotice[];
}

interface Reply {
  /** 0: none. */
  readonly status: number;
  readonly body: string;
}

const NO_REPLY: Reply = { status: 0, body: '' };
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A stand-in speaks to its own machine only; a public address is one that never answers. */
async function post(notice: SealedNotice, stopped: AbortSignal): Promise<Reply> {
  if (!LOOPBACK.has(new URL(notice.url).hostname)) return NO_REPLY;
  try {
    const response = await fetch(notice.url, {
      method: 'POST',
      headers: notice.headers,
      body: notice.body,
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()).toString('latin1') };
  } catch {
    return NO_REPLY;
  }
}

/** WeChat looks at the status alone, Alipay for the seven characters and nothing beside them. */
function isAccepted(channel: CashierChannel, { status, body }: Reply): boolean {
  return channel === 'wechat' ? status >= 200 && status <= 299 : status === 200 && body === 'success';
}

/** Every delivery is sealed anew: a retry with the old timestamp would be refused by every receiver that looks at it. */
export function deliveryDesk(
  book: CashierBook,
  clock: Clock,
  seal: (delivery: Delivery, nowMs: number) => SealedNotice,
): DeliveryDesk {
  const inFlight = new Map<Delivery, Promise<void>>();
  const stopper = new AbortController();
  const sent: SentNotice[] = [];

  async function send(delivery: Delivery): Promise<void> {
    const atMs = clock();
    const notice = seal(delivery, atMs);
    const reply = await post(notice, stopper.signal);
    const { channel, subject, outTradeNo, outRefundNo } = delivery;
    const about = { channel, subject, outTradeNo, ...(outRefundNo === undefined ? {} : { outRefundNo }) };
    sent.push({ ...notice, ...about, atMs, status: reply.status });
    if (sent.length > KEPT_NOTICES) sent.shift();
    const delayMs = RETRY_DELAYS_MS[channel][delivery.attempts];
    delivery.attempts += 1;
    if (isAccepted(channel, reply) || !delivery.scheduled || delayMs === undefined) book.deliveries.delete(delivery);
    else delivery.dueAtMs = atMs + delayMs;
  }

  function start(delivery: Delivery): Promise<void> {
    const sending = send(delivery).finally(() => inFlight.delete(delivery));
    inFlight.set(delivery, sending);
    return sending;
  }

  return {
    sent,
    async tick() {
      if (stopper.signal.aborted) return 0;
      const nowMs = clock();
      const due = [...book.deliveries].filter((one) => one.dueAtMs <= nowMs && !inFlight.has(one));
      await Promise.all(due.map(start));
      if (due.length > 0) book.save();
      return due.length;
    },
    async stop() {
      stopper.abort();
      await Promise.all(inFlight.values());
    },
  };
}
