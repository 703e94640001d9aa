/** At most 12 digits before the point, so that fen stay exact in a number. */
const YUAN = /^(-?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?$/;

/** `99`, `99.0` and `99.00` are 9900. By the text and never through a fraction: 19.99 × 100 is not 1999. */
export function yuanToFen(text: string): number | undefined {
  const [, sign, whole, rest = ''] = YUAN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const fen = Number(whole) * 100 + Number(rest.padEnd(2, '0'));
  return sign === '-' && fen !== 0 ? -fen : fen;
}

/** @throws TypeError when the amount is no positive integer */
export function fenToYuan(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen < 1) throw new TypeError('an amount must be a positive integer of fen');
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
