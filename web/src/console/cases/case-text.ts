import type { ConsoleMessage } from '../console-messages.ts';

/** What a case is, and what to do about it (docs/runbooks/money.md). */
export const CASE_CLASSES = {
  paid_not_granted: ['casePaid', 'casePaidDo'],
  granted_not_paid: ['caseGranted', 'caseGrantedDo'],
  amount_differs: ['caseAmount', 'caseAmountDo'],
  refund_differs: ['caseRefund', 'caseRefundDo'],
  paid_twice: ['caseTwice', 'caseTwiceDo'],
} as const;

export const CASE_REMEDIES: Readonly<Record<string, ConsoleMessage>> = {
  granted: 'remedyGranted',
  refunding: 'remedyRefunding',
  frozen: 'remedyFrozen',
  held: 'remedyHeld',
  settled: 'remedySettled',
  none: 'remedyNone',
};
