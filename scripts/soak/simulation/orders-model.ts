import { addLot, type CreditsModel } from './credits-model.ts';

/** What DESIGN says of orders, payments and memberships. Shares no code with the product, on purpose. */

export interface ModelPlan {
  readonly id: string;
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly access: string;
  readonly onSale: boolean;
}

export interface ModelOrder {
  readonly id: string;
  readonly merchant: string;
  readonly plan: ModelPlan;
  readonly channel: string;
  readonly key: string;
  readonly hash: string;
  readonly expiresAtMs: number;
  paid: boolean;
}

export interface ModelPayment {
  readonly transaction: string;
  readonly channel: string;
  readonly order: string;
  readonly disposition: 'granted' | 'refund_due';
}

export interface ModelMembership {
  plan: string | null;
  fromAtMs: number | null;
  endsAtMs: number | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface NewOrder {
  readonly id: string;
  readonly merchant: string;
  readonly plan: ModelPlan | undefined;
  readonly channel: string;
  readonly key: string;
  readonly hash: string;
}

/** Adds the order to `orders` where the outcome is `created`. */
export function orderInModel(
  orders: Map<string, ModelOrder>,
  asked: NewOrder,
  nowMs: number,
): { outcome: string; order: string | null } {
  const own = [...orders.values()].filter((order) => order.merchant === asked.merchant);
  const earlier = own.find((order) => order.key === asked.key);
  if (earlier) return { outcome: earlier.hash === asked.hash ? 'replayed' : 'conflict', order: earlier.id };
  const open = own
    .filter(
      (order) =>
        !order.paid &&
        order.channel === asked.channel &&
        order.plan.id === asked.plan?.id &&
        order.expiresAtMs > nowMs + MINUTE_MS,
    )
    .sort((a, b) => b.expiresAtMs - a.expiresAtMs)[0];
  if (open) return { outcome: 'pending', order: open.id };
  if (!asked.plan?.onSale) return { outcome: 'no_plan', order: null };
  const { id, merchant, plan, channel, key, hash } = asked;
  orders.set(id, { id, merchant, plan, channel, key, hash, expiresAtMs: nowMs + 15 * MINUTE_MS, paid: false });
  return { outcome: 'created', order: id };
}

export interface Paid {
  readonly order: string;
  readonly channel: string;
  readonly transaction: string;
  readonly amountFen: number;
  readonly lot: string;
}

export function settleInModel(
  model: {
    readonly orders: Map<string, ModelOrder>;
    readonly payments: ModelPayment[];
    readonly memberships: Map<string, ModelMembership>;
    readonly credits: CreditsModel;
  },
  paid: Paid,
  nowMs: number,
): string {
  const order = model.orders.get(paid.order);
  if (!order) return 'unknown';
  if (model.payments.some((one) => one.transaction === paid.transaction && one.channel === paid.channel))
    return 'duplicate';
  if (paid.channel !== order.channel) return 'wrong_channel';
  if (paid.amountFen !== order.plan.amountFen) return 'amount_mismatch';
  const disposition = order.paid ? 'refund_due' : 'granted';
  model.payments.push({ transaction: paid.transaction, channel: paid.channel, order: order.id, disposition });
  if (order.paid) return disposition;
  order.paid = true;
  const membership = model.memberships.get(order.merchant) as ModelMembership;
  const runs = membership.endsAtMs !== null && membership.endsAtMs > nowMs;
  if (!runs) membership.fromAtMs = nowMs;
  membership.endsAtMs = (runs ? (membership.endsAtMs as number) : nowMs) + order.plan.days * DAY_MS;
  membership.plan = order.plan.id;
  const { merchant, plan } = order;
  const { access, credits: amount } = plan;
  addLot(model.credits, { id: paid.lot, merchant, access, amount, expiresAtMs: membership.endsAtMs }, order.id);
  return disposition;
}
