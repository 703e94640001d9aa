import type * as z from 'zod/mini';
import type { entry } from '../../../../shared/contract/quota.ts';
import type { AppMessage } from '../app-messages.ts';

export type LedgerEntry = z.output<typeof entry>;

export const ENTRY_KINDS: Readonly<Record<LedgerEntry['kind'], AppMessage>> = {
  grant: 'kindGrant',
  deduct: 'kindDeduct',
  refund: 'kindRefund',
  expire: 'kindExpire',
  revoke: 'kindRevoke',
};

export const signed = (amount: number): string => (amount > 0 ? `+${amount}` : String(amount));
