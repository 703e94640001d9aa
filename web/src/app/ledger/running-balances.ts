/** The balance after each entry, newest first like the ledger. Only the whole ledger adds up to one. */
export function runningBalances(newestFirst: readonly { readonly amount: number }[]): number[] {
  let balance = 0;
  return newestFirst
    .slice()
    .reverse()
    .map(({ amount }) => {
      balance += amount;
      return balance;
    })
    .reverse();
}
