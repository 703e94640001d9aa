import {
  type BillRow,
  ChannelError,
  type ChannelId,
  type ChannelRefundState,
  type PayMethod,
  type PaymentChannel,
  type PaymentNotice,
} from '../../shared/payments/channel.ts';

interface MemoryOrder {
  readonly amountFen: number;
  state: 'unpaid' | 'paid' | 'closed';
  notice?: PaymentNotice;
}

interface MemoryRefund {
  readonly outTradeNo: string;
  readonly refundFen: number;
  state: Exclude<ChannelRefundState, 'absent'>;
}

/** What a payment provider remembers, and how it may be made to fail: the edge at which suites of the product end. */
export interface MemoryChannel extends PaymentChannel {
  readonly orders: ReadonlyMap<string, MemoryOrder>;
  readonly refunds: ReadonlyMap<string, MemoryRefund>;
  /** The payer pays. @returns the news, as a verified notice brings it */
  readonly pay: (outTradeNo: string, over?: Partial<PaymentNotice>) => PaymentNotice;
  /** What becomes of a refund that was accepted. */
  readonly endRefund: (outRefundNo: string, state: MemoryRefund['state']) => void;
  /** Thrown by each call until it is taken away; `after`: the call has acted by then. */
  failure: { readonly error: ChannelError; readonly after: boolean } | undefined;
  /** What a refund is at first. */
  refundsBegin: MemoryRefund['state'];
  bill: readonly BillRow[] | 'not_ready';
}

const METHODS: Readonly<Record<ChannelId, readonly PayMethod[]>> = {
  wechat: ['qr', 'h5'],
  alipay: ['qr', 'page', 'wap'],
};

let transactions = 0;

export const unavailable = (): ChannelError => new ChannelError('unavailable', 'timeout', 'memory channel');

export function memoryChannel(id: ChannelId = 'wechat', nowMs: () => number = () => 0): MemoryChannel {
  const orders = new Map<string, MemoryOrder>();
  const refunds = new Map<string, MemoryRefund>();

  /** One call: refused before or after it has acted, as `failure` says. */
  async function call<Answer>(act: () => Answer): Promise<Answer> {
    if (channel.failure && !channel.failure.after) throw channel.failure.error;
    const answer = act();
    if (channel.failure) throw channel.failure.error;
    return answer;
  }

  const channel: MemoryChannel = {
    ...{ id, methods: METHODS[id], orders, refunds, failure: undefined, refundsBegin: 'succeeded', bill: [] },
    createOrder: ({ outTradeNo, amountFen, method }) =>
      call(() => {
        if (!orders.has(outTradeNo)) orders.set(outTradeNo, { amountFen, state: 'unpaid' });
        return { payUrl: method === 'qr' ? `weixin://${outTradeNo}` : `https://pay.example.com/${outTradeNo}` };
      }),
    queryOrder: (outTradeNo) =>
      call(() => {
        const order = orders.get(outTradeNo);
        if (!order) return { state: 'absent' };
        if (order.state !== 'paid' || !order.notice) return { state: order.state === 'closed' ? 'closed' : 'unpaid' };
        const back = [...refunds.values()].some((one) => one.outTradeNo === outTradeNo && one.state !== 'closed');
        return { state: back ? 'refunded' : 'paid', ...order.notice };
      }),
    closeOrder: (outTradeNo) =>
      call(() => {
        const order = orders.get(outTradeNo);
        if (order?.state === 'unpaid') order.state = 'closed';
      }),
    refund: ({ outTradeNo, outRefundNo, refundFen, totalFen }) =>
      call(() => {
        const order = orders.get(outTradeNo);
        const known = refunds.get(outRefundNo);
        if (known && known.refundFen !== refundFen) throw new ChannelError('refused', 'PARAM_ERROR', 'refund');
        if (known) return { state: known.state, refundFen };
        const before = [...refunds.values()].filter((one) => one.outTradeNo === outTradeNo && one.state !== 'closed');
        const left = before.reduce((sum, one) => sum - one.refundFen, order?.amountFen ?? 0);
        if (order?.state !== 'paid' || totalFen !== order.amountFen || refundFen > left)
          throw new ChannelError('refused', 'NOT_ENOUGH', 'refund');
        refunds.set(outRefundNo, { outTradeNo, refundFen, state: channel.refundsBegin });
        return { state: channel.refundsBegin, refundFen };
      }),
    queryRefund: ({ outRefundNo }) =>
      call(() => {
        const refund = refunds.get(outRefundNo);
        return refund ? { state: refund.state, refundFen: refund.refundFen } : { state: 'absent' };
      }),
    downloadBill: () =>
      call(() => (channel.bill === 'not_ready' ? { state: 'not_ready' } : { state: 'ready', rows: channel.bill })),
    pay: (outTradeNo, over = {}) => {
      const order = orders.get(outTradeNo);
      const notice: PaymentNotice = {
        ...{ channel: id, outTradeNo, transactionId: `4200${++transactions}`, amountFen: order?.amountFen ?? 9900 },
        ...{ currency: 'CNY', merchantId: '1900000001', appId: 'wx0000000000000001', paidAtMs: nowMs(), ...over },
      };
      if (order) Object.assign(order, { state: 'paid', notice });
      return notice;
    },
    endRefund: (outRefundNo, state) => {
      const refund = refunds.get(outRefundNo);
      if (refund) refund.state = state;
    },
  };
  return channel;
}
