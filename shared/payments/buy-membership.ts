import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { HttpContext } from '../http/http-function.ts';
import type { ChannelId, PayMethod } from './channel.ts';
import { payerOf } from './payer-of.ts';
import { type PurchasedOrder, purchaseMembership } from './purchase-membership.ts';
import type { Channels } from './reconcile-orders.ts';

export interface Purchase {
  readonly planId: string;
  readonly offer?: string | undefined;
  readonly channel: ChannelId;
  readonly method: PayMethod;
  readonly returnPath?: string | undefined;
}

interface Sellers {
  readonly db: Database;
  readonly channels: Channels;
  readonly notifyUrls: (channel: ChannelId) => string;
}

/** A purchase as a request asks for it. @throws ApiError CHANNEL_CLOSED, and what `purchaseMembership` throws */
export async function buyMembership(
  { db, channels, notifyUrls }: Sellers,
  merchantId: string,
  { channel: channelId, returnPath, ...asked }: Purchase,
  { request, webOrigins, idempotencyKey, requestHash, nowMs, trace }: HttpContext,
): Promise<PurchasedOrder> {
  const channel = await channels(channelId);
  if (!channel) throw new ApiError('CHANNEL_CLOSED');
  const payer = payerOf(request, webOrigins, returnPath);
  const key = { idempotencyKey, requestHash, notifyUrl: notifyUrls(channelId), nowMs, trace };
  return purchaseMembership(db, channel, { ...asked, ...payer, merchantId, ...key });
}
