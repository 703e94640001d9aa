import { createHash } from 'node:crypto';

/** Who pays an order: somebody else each time, the same whoever asks. */
export const payerDigits = (outTradeNo: string): string =>
  (BigInt(`0x${createHash('sha256').update(outTradeNo).digest('hex')}`) % 10n ** 12n).toString().padStart(12, '0');
