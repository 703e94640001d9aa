import { seal, unseal } from '../seal.ts';

/** Whom a withdrawal is paid to. */
export interface Payee {
  readonly payeeName: string;
  readonly payeeAccount: string;
  readonly bankName?: string;
}

/** Sealed for one withdrawal: moved to another, it does not open. */
export const sealPayee = (key: Buffer, payee: Payee, withdrawalId: string): string =>
  seal(key, Buffer.from(JSON.stringify(payee)), withdrawalId);

/** @throws Error when it was not sealed with this key for this withdrawal */
export const openPayee = (key: Buffer, sealed: string, withdrawalId: string): Payee =>
  // What `sealPayee` has written: the seal says so.
  JSON.parse(unseal(key, sealed, withdrawalId).toString()) as Payee;

/** `王* 138****5678`, `张* ****0123`, `王* w****@example.com`: enough for its owner to know it by. */
export function maskPayee({ payeeName, payeeAccount }: Payee): string {
  const [first = ''] = payeeName;
  return `${first}* ${maskAccount(payeeAccount)}`;
}

function maskAccount(account: string): string {
  const at = account.indexOf('@');
  if (at >= 0) return `${account.slice(0, 1)}****${account.slice(at).slice(0, 40)}`;
  return account.length === 11 ? `${account.slice(0, 3)}****${account.slice(7)}` : `****${account.slice(-4)}`;
}
