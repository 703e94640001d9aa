/** What DESIGN says of credits, in the plainest form: arrays and loops. Shares no code with the product, on purpose. */

export interface ModelLot {
  /** Of a fresh lot: a stand-in, until the ledger has told its id. */
  id: string;
  readonly merchant: string;
  readonly access: string;
  readonly amount: number;
  readonly expiresAtMs: number;
  /** Came into being by a refund after its lot's end. */
  readonly fresh: boolean;
  remaining: number;
  revoked: boolean;
}

export interface ModelEntry {
  /** From 1, in the order in which they happened; the ledger's own numbers have gaps. */
  readonly seq: number;
  readonly merchant: string;
  readonly lot: ModelLot;
  readonly kind: 'grant' | 'deduct' | 'refund' | 'revoke' | 'expire';
  readonly amount: number;
  readonly task: string | null;
  readonly order: string | null;
  readonly reverses: number | null;
  /** The refund of money that a revoke entry is for. */
  readonly refund?: string;
}

export interface CreditsModel {
  readonly lots: ModelLot[];
  readonly entries: ModelEntry[];
}

const FRESH_LIFE_MS = 7 * 24 * 3600 * 1000;

function addEntry(credits: CreditsModel, entry: Omit<ModelEntry, 'seq'>): ModelEntry {
  const added = { ...entry, seq: credits.entries.length + 1 };
  credits.entries.push(added);
  return added;
}

export function addLot(
  credits: CreditsModel,
  lot: Omit<ModelLot, 'remaining' | 'revoked' | 'fresh'>,
  order: string | null,
): ModelLot {
  const added = { ...lot, fresh: false, remaining: lot.amount, revoked: false };
  credits.lots.push(added);
  const { merchant, amount } = lot;
  addEntry(credits, { merchant, lot: added, kind: 'grant', amount, task: null, order, reverses: null });
  return added;
}

/** Money goes back: all that is left of the lot is taken, and what returns to it later stays out of reach. */
export function revokeAll(credits: CreditsModel, lot: ModelLot, order: string, refund: string): void {
  const { merchant, remaining } = lot;
  lot.revoked = true;
  lot.remaining = 0;
  if (remaining === 0) return;
  addEntry(credits, { merchant, lot, kind: 'revoke', amount: -remaining, task: null, order, reverses: null, refund });
}

/** The money did not go back after all. */
export function giveRevokedBack(credits: CreditsModel, refund: string, order: string): void {
  const revoked = credits.entries.find((entry) => entry.refund === refund);
  if (!revoked) return;
  const { merchant, lot, seq } = revoked;
  const amount = -revoked.amount;
  lot.remaining += amount;
  addEntry(credits, { merchant, lot, kind: 'refund', amount, task: null, order, reverses: seq });
}

/** Credits are taken out of a lot by somebody's word, not by a task. */
export function takeCredits(credits: CreditsModel, lot: ModelLot, amount: number): void {
  const { merchant } = lot;
  lot.remaining -= amount;
  addEntry(credits, { merchant, lot, kind: 'revoke', amount: -amount, task: null, order: null, reverses: null });
}

/** What a dead lot holds is written off. */
export function expireInModel(credits: CreditsModel, id: string, nowMs: number): string {
  const lot = credits.lots.find((one) => one.id === id);
  if (!lot || lot.revoked || lot.expiresAtMs > nowMs || lot.remaining === 0) return 'not_due';
  const { merchant, remaining } = lot;
  lot.remaining = 0;
  addEntry(credits, { merchant, lot, kind: 'expire', amount: -remaining, task: null, order: null, reverses: null });
  return 'expired';
}

/** Lots that `merchant` may spend from, in the order in which they are spent: what ends first, first. */
export function spendable(credits: CreditsModel, merchant: string, access: string, nowMs: number): ModelLot[] {
  return credits.lots
    .filter((lot) => lot.merchant === merchant && !lot.revoked && lot.expiresAtMs > nowMs)
    .filter((lot) => access === 'basic' || lot.access === access)
    .sort((a, b) => a.expiresAtMs - b.expiresAtMs || (a.id < b.id ? -1 : 1));
}

/** @returns why nothing was taken, or undefined when all was */
export function spend(
  credits: CreditsModel,
  task: { id: string; merchant: string; credits: number },
  access: string,
  nowMs: number,
): 'not_a_member' | 'credits_short' | undefined {
  const lots = spendable(credits, task.merchant, access, nowMs);
  if (lots.reduce((sum, lot) => sum + lot.remaining, 0) < task.credits) {
    return lots.length === 0 ? 'not_a_member' : 'credits_short';
  }
  let left = task.credits;
  for (const lot of lots) {
    const amount = Math.min(left, lot.remaining);
    if (amount === 0) continue;
    lot.remaining -= amount;
    left -= amount;
    const { merchant, id } = task;
    addEntry(credits, {
      merchant,
      lot,
      kind: 'deduct',
      amount: -amount,
      task: id,
      order: null,
      reverses: null,
    });
  }
  return undefined;
}

/** Each deduction of the task goes back to its lot; to a fresh lot, once, if that one has ended and we are to blame. */
export function giveBack(credits: CreditsModel, task: string, ours: boolean, nowMs: number): void {
  for (const deduction of deductionsOf(credits, task)) reverse(credits, deduction, -deduction.amount, ours, nowMs);
}

/** A part of what the task took goes back, because we failed: from what was taken last. */
export function giveShare(credits: CreditsModel, task: string, share: number, nowMs: number): void {
  let left = share;
  for (const deduction of deductionsOf(credits, task).reverse()) {
    const amount = Math.min(left, -deduction.amount);
    if (amount > 0) reverse(credits, deduction, amount, true, nowMs);
    left -= amount;
  }
}

const deductionsOf = (credits: CreditsModel, task: string): ModelEntry[] =>
  credits.entries.filter((entry) => entry.task === task && entry.kind === 'deduct');

function reverse(credits: CreditsModel, deduction: ModelEntry, amount: number, ours: boolean, nowMs: number): void {
  const { lot: from, merchant, seq, task } = deduction;
  let to = from;
  if (ours && from.expiresAtMs <= nowMs && !from.revoked && !from.fresh) {
    const { access } = from;
    const expiresAtMs = nowMs + FRESH_LIFE_MS;
    to = { id: `fresh ${seq}`, merchant, access, amount, expiresAtMs, fresh: true, remaining: 0, revoked: false };
    credits.lots.push(to);
  }
  to.remaining += amount;
  addEntry(credits, { merchant, lot: to, kind: 'refund', amount, task, order: null, reverses: seq });
}
