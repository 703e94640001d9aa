import type { AlipayNoticeFault } from './alipay/seal-alipay-notice.ts';
import type { RefundEnd } from './cashier-book.ts';
import type { NoticeFault } from './wechat/seal-notice.ts';

/** How the next refund goes, told beforehand. */
export interface RefundScript {
  /** SUCCESS unless said. */
  readonly end?: RefundEnd;
  /** How long it is being processed. WeChat: 2 s unless said; Alipay: no time. */
  readonly afterMs?: number;
  /** What goes wrong with its notice; with `delayed`, `delayMs` (10 minutes) says how late. */
  readonly fault?: NoticeFault | AlipayNoticeFault;
  readonly delayMs?: number;
}

export interface RefundScripts {
  add(script: RefundScript): void;
  /** Of a refund that is accepted now. */
  take(): RefundScript;
}

export function refundScripts(): RefundScripts {
  const waiting: RefundScript[] = [];
  return { add: (script) => void waiting.push(script), take: () => waiting.shift() ?? {} };
}
