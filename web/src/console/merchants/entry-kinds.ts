import type { ConsoleMessage } from '../console-messages.ts';

/** What a line of the ledger is called. */
export const ENTRY_KINDS: Readonly<Record<string, ConsoleMessage>> = {
  grant: 'kindGrant',
  deduct: 'kindDeduct',
  refund: 'kindRefund',
  expire: 'kindExpire',
  revoke: 'kindRevoke',
};
