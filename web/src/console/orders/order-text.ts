import type * as z from 'zod/mini';
import type { searchOrders } from '../../../../shared/contract/ops-work.ts';
import type { ConsoleMessage } from '../console-messages.ts';

export type FoundOrder = z.output<typeof searchOrders.output>['items'][number];

export const CHANNELS: Readonly<Record<string, ConsoleMessage>> = { wechat: 'channelWechat', alipay: 'channelAlipay' };

export const ORDER_STATES = {
  pending: ['orderPending', 'warn'],
  paid: ['orderPaid', 'good'],
  closed: ['orderClosed', 'plain'],
} as const;

export const REFUND_STATES = {
  requested: 'refundRequested',
  processing: 'refundProcessing',
  succeeded: 'refundSucceeded',
  abnormal: 'refundAbnormal',
  closed: 'refundClosed',
} as const;

export const REFUND_KINDS = { whole: 'refundWhole', unused: 'refundUnused', second_payment: 'refundSecond' } as const;

/** What was refunded is out of reach already, and stays there. */
export const canFreeze = ({ order: { state, refundedFen } }: FoundOrder): boolean =>
  state === 'paid' && refundedFen === 0;
