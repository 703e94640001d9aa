import { addLot, type CreditsModel, giveRevokedBack, type ModelLot, revokeAll } from './credits-model.ts';

/** What DESIGN says of orders, payments, refunds and memberships. Shares no code with the product, on purpose. */

export interface ModelPlan {
  readonly id: string;
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly access: string;
  readonly onSale: boolean;
}

export interface ModelAttempt {
  readonly number: string;
  readonly channel: string;
  readonly method: string;
  state: 'open' | 'closed' | 'paid';
}

export interface ModelOrder {
  readonly id: string;
  readonly merchant: string;
  readonly plan: ModelPlan;
  /** Keys that were answered with this order, each with the hash of its request. */
  readonly keys: Map<string, string>;
  readonly expiresAtMs: number;
  readonly attempts: ModelAttempt[];
  paid: boolean;
  /** Written down as closed: every number of it is. */
  closed: boolean;
  lot: ModelLot | undefined;
}

export interface ModelPayment {
  readonly transaction: string;
  readonly channel: string;
  readonly number: string;
  readonly order: string;
  readonly amountFen: number;
  readonly disposition: 'granted' | 'refund_due';
}

export interface ModelRefund {
  readonly id: string;
  readonly order: ModelOrder;
  readonly payment: ModelPayment;
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly amountFen: number;
  readonly credits: number;
  /** The credits were frozen when it began. */
  readonly ofFrozen: boolean;
  state: string;
}

export interface ModelMembership {
  plan: string | null;
  fromAtMs: number | null;
  endsAtMs: number | null;
}

export interface OrdersModel {
  readonly orders: Map<string, ModelOrder>;
  readonly payments: ModelPayment[];
  readonly refunds: ModelRefund[];
  readonly memberships: Map<string, ModelMembership>;
  readonly credits: CreditsModel;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface NewOrder {
  readonly id: string;
  readonly merchant: string;
  readonly plan: ModelPlan | undefined;
  readonly channel: string;
  readonly method: string;
  readonly key: string;
  readonly hash: string;
}

/** One letter a way of paying; WeChat's code is the order's own number. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ 'wechat qr': '', 'wechat h5': '_h', 'alipay qr': '_a', 'alipay page': '_p', 'alipay wap': '_w' },
};

/** Adds the order to `orders` where the outcome is `created`, and the way of paying where it is asked for the first time. */
export function orderInModel(
  orders: Map<string, ModelOrder>,
  asked: NewOrder,
  nowMs: number,
): { outcome: string; order: string | null } {
  const { id, merchant, plan, channel, method, key, hash } = asked;
  const own = [...orders.values()].filter((order) => order.merchant === merchant);
  const earlier = own.find((order) => order.keys.has(key));
  if (earlier) return { outcome: earlier.keys.get(key) === hash ? 'replayed' : 'conflict', order: earlier.id };
  const open = own
    // Closed by whoever's clock is later: to whoever began before that it is gone, too.
    .filter(({ paid, closed }) => !paid && !closed)
    .filter((order) => order.plan.id === plan?.id && order.expiresAtMs > nowMs + MINUTE_MS)
    .sort((a, b) => b.expiresAtMs - a.expiresAtMs)[0];
  const attempt = (of: string): ModelAttempt => {
    return { number: `${of}${LETTERS[`${channel} ${method}`]}`, channel, method, state: 'open' };
  };
  if (open) {
    open.keys.set(key, hash);
    const wanted = attempt(open.id);
    if (!open.attempts.some(({ number }) => number === wanted.number)) open.attempts.push(wanted);
    return { outcome: 'pending', order: open.id };
  }
  if (!plan?.onSale) return { outcome: 'no_plan', order: null };
  const keys = new Map([[key, hash]]);
  const made = { id, merchant, plan, keys, expiresAtMs: nowMs + 15 * MINUTE_MS, attempts: [attempt(id)] };
  orders.set(id, { ...made, paid: false, closed: false, lot: undefined });
  return { outcome: 'created', order: id };
}

/** The channel calls the number closed: so it is here, and its order with the last of them. */
export function closeInModel(orders: Map<string, ModelOrder>, number: string, nowMs: number): string {
  const order = [...orders.values()].find(({ attempts }) => attempts.some((one) => one.number === number));
  const attempt = order?.attempts.find((one) => one.number === number);
  if (!order || !attempt) return 'unknown';
  if (attempt.state !== 'open') return 'unchanged';
  attempt.state = 'closed';
  const isLast = order.attempts.every(({ state }) => state !== 'open');
  if (isLast && !order.paid && order.expiresAtMs <= nowMs) order.closed = true;
  return 'closed';
}

export interface Paid {
  readonly number: string;
  readonly channel: string;
  readonly transaction: string;
  readonly amountFen: number;
  readonly hold: boolean;
  readonly lot: string;
  readonly refund: string;
}

export function settleInModel(model: OrdersModel, paid: Paid, nowMs: number): string {
  const { number, channel, transaction, amountFen } = paid;
  const order = [...model.orders.values()].find(({ attempts }) => attempts.some((one) => one.number === number));
  const attempt = order?.attempts.find((one) => one.number === number);
  if (!order || !attempt) return 'unknown';
  if (model.payments.some((one) => one.transaction === transaction && one.channel === channel)) return 'duplicate';
  if (channel !== attempt.channel) return 'wrong_channel';
  if (amountFen !== order.plan.amountFen) return 'amount_mismatch';
  const disposition = order.paid ? 'refund_due' : 'granted';
  const payment: ModelPayment = { transaction, channel, number, order: order.id, amountFen, disposition };
  const first = model.payments.find((one) => one.order === order.id && one.disposition === 'granted');
  model.payments.push(payment);
  attempt.state = 'paid';
  if (order.paid) {
    const state = first?.number === number || paid.hold ? 'abnormal' : 'requested';
    const rest = { kind: 'second_payment', key: '', hash: '', amountFen, credits: 0, ofFrozen: false, state };
    model.refunds.push({ id: paid.refund, order, payment, ...rest });
    return disposition;
  }
  order.paid = true;
  const membership = model.memberships.get(order.merchant) as ModelMembership;
  const runs = membership.endsAtMs !== null && membership.endsAtMs > nowMs;
  const expiresAtMs = (runs ? (membership.endsAtMs as number) : nowMs) + order.plan.days * DAY_MS;
  const { merchant, plan } = order;
  const { access, credits: amount } = plan;
  order.lot = addLot(model.credits, { id: paid.lot, merchant, access, amount, expiresAtMs }, order.id);
  if (paid.hold) {
    order.lot.revoked = true;
    return 'held';
  }
  if (!runs) membership.fromAtMs = nowMs;
  membership.endsAtMs = expiresAtMs;
  membership.plan = order.plan.id;
  return disposition;
}

/** The membership ends with the last purchase that stands; without one it is over now, unless it was over before. */
function recompute(model: OrdersModel, merchant: string, nowMs: number): void {
  const membership = model.memberships.get(merchant) as ModelMembership;
  const own = [...model.orders.values()].filter((order) => order.merchant === merchant);
  const ends = own.flatMap(({ lot }) => (lot && !lot.revoked ? [lot.expiresAtMs] : []));
  membership.endsAtMs = ends.length > 0 ? Math.max(...ends) : Math.min(membership.endsAtMs ?? nowMs, nowMs);
  membership.fromAtMs = Math.min(membership.fromAtMs ?? nowMs, membership.endsAtMs);
  if (membership.plan === null) {
    const paid = own.filter((order) => order.paid).sort((a, b) => b.expiresAtMs - a.expiresAtMs);
    membership.plan = paid[0]?.plan.id ?? null;
  }
}

export interface NewRefund {
  readonly id: string;
  readonly order: string;
  readonly mode: string;
  readonly key: string;
  readonly hash: string;
}

const stands = (refund: ModelRefund): boolean => refund.state !== 'closed';

export function refundInModel(model: OrdersModel, asked: NewRefund, nowMs: number): string {
  const order = model.orders.get(asked.order);
  if (!order) return 'unknown';
  const own = model.refunds.filter((refund) => refund.order === order);
  const earlier = own.find(({ key }) => key === asked.key);
  if (earlier) return earlier.hash === asked.hash ? 'replayed' : 'conflict';
  const payment = model.payments.find((one) => one.order === order.id && one.disposition === 'granted');
  if (!order.paid || !payment || !order.lot) return 'not_paid';
  const before = own.filter((refund) => refund.payment === payment && stands(refund));
  const left = before.reduce((sum, { amountFen }) => sum - amountFen, payment.amountFen);
  if (left === 0) return 'nothing_left';
  const { lot } = order;
  const credits = lot.remaining;
  const share = Math.floor((payment.amountFen * credits) / order.plan.credits);
  const amountFen = asked.mode === 'whole' ? left : Math.min(left, share);
  if (asked.mode !== 'whole' && (lot.revoked || lot.expiresAtMs <= nowMs || amountFen === 0)) return 'nothing_unused';
  const { id, mode: kind, key, hash } = asked;
  const standing = own.filter((refund) => refund.kind !== 'second_payment' && stands(refund));
  const ofFrozen = lot.revoked && (standing.length === 0 || standing.some((refund) => refund.ofFrozen));
  model.refunds.push({ id, order, payment, kind, key, hash, amountFen, credits, ofFrozen, state: 'requested' });
  revokeAll(model.credits, lot, order.id, id);
  recompute(model, order.merchant, nowMs);
  return 'created';
}

export function refundNewsInModel(model: OrdersModel, id: string, state: string, nowMs: number): string {
  const refund = model.refunds.find((one) => one.id === id);
  if (!refund) return 'unknown';
  if (refund.state === 'closed' && state === 'succeeded') return 'contradicted';
  if (refund.state === 'closed' || refund.state === 'succeeded') return 'ended';
  refund.state = state;
  if (state === 'succeeded') return 'succeeded';
  if (state !== 'closed') return 'noted';
  if (refund.kind === 'second_payment') return 'closed';
  const { order } = refund;
  giveRevokedBack(model.credits, id, order.id);
  const others = model.refunds.some((one) => one.order === order && one.kind !== 'second_payment' && stands(one));
  if (order.lot && !others && !refund.ofFrozen) order.lot.revoked = false;
  recompute(model, order.merchant, nowMs);
  return 'closed';
}

export function freezeInModel(model: OrdersModel, id: string, frozen: boolean, nowMs: number): string {
  const order = model.orders.get(id);
  if (!order?.lot) return 'unknown';
  const standing = model.refunds.some((one) => one.order === order && one.kind !== 'second_payment' && stands(one));
  if (frozen === order.lot.revoked || (!frozen && standing)) return 'unchanged';
  order.lot.revoked = frozen;
  recompute(model, order.merchant, nowMs);
  return frozen ? 'frozen' : 'released';
}
