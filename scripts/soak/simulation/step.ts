/** What may befall one call to the database or to COS: nothing, the caller's death, or a lost connection. */
export type Fault = 'none' | 'killedBefore' | 'killedAfter' | 'lostBefore' | 'lostAfter';

/** How far an operation gets before others have their turn: `calls` calls, and `fault` befalls the one after those. */
export interface Progress {
  readonly calls: number;
  readonly fault: Fault;
}

/**
 * One step of a sequence. Numbers choose among what is there when the step's turn comes (0: the newest), so a sequence
 * from which steps were taken away is still one.
 */
export type Step =
  | {
      readonly kind: 'create';
      merchant: number;
      feature: number;
      key: number;
      body: number;
      photos: number;
      progress: Progress;
    }
  | { readonly kind: 'upload'; task: number; photo: number; bytes: 'good' | 'other' | 'bad'; events: number }
  | {
      readonly kind: 'deliver';
      event: number;
      keep: boolean;
      work: 'ok' | 'broken' | 'refused' | 'hangs';
      progress: Progress;
    }
  | { readonly kind: 'cancel'; task: number; stranger: boolean; progress: Progress }
  | { readonly kind: 'retry'; task: number; key: number; progress: Progress }
  | { readonly kind: 'sweep'; progress: Progress }
  | {
      readonly kind: 'buy';
      merchant: number;
      plan: number;
      key: number;
      body: number;
      channel: 'ok' | 'away';
      /** One of the five ways to pay. */
      way: number;
      progress: Progress;
    }
  | {
      readonly kind: 'notify';
      order: number;
      /** Which of the order's numbers. */
      way: number;
      payment: number;
      amount: 'right' | 'wrong' | 'dollars';
      otherChannel: boolean;
      source: number;
      progress: Progress;
    }
  | {
      readonly kind: 'pay';
      order: number;
      way: number /** Somebody refunds it at the channel by hand. */;
      byHand: boolean;
    }
  | { readonly kind: 'reconcile'; progress: Progress }
  | { readonly kind: 'look'; order: number; progress: Progress }
  | { readonly kind: 'refund'; order: number; whole: boolean; key: number; body: number; progress: Progress }
  | {
      readonly kind: 'refundNews';
      refund: number;
      state: 'processing' | 'succeeded' | 'closed' | 'abnormal';
      told: boolean;
      progress: Progress;
    }
  | { readonly kind: 'freeze'; order: number; frozen: boolean; progress: Progress }
  | { readonly kind: 'expire'; progress: Progress }
  | {
      readonly kind: 'grow';
      /** An invitation, codes made, used and ended, commissions booked, withdrawals asked for and decided, credits granted and taken. */
      what: 'invite' | 'make' | 'redeem' | 'end' | 'book' | 'withdraw' | 'decide' | 'grant' | 'take';
      who: number;
      of: number;
      amount: number;
      key: number;
      body: number;
      progress: Progress;
    }
  | { readonly kind: 'read'; merchant: number }
  | { readonly kind: 'revoke'; lot: number }
  | { readonly kind: 'delete'; task: number }
  | { readonly kind: 'advance'; to: 'ms' | 'seconds' | 'minutes' | 'hours' | 'days' | 'due' | 'lotEnd'; amount: number }
  | { readonly kind: 'resume'; operation: number; progress: Progress };
