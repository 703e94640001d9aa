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
