/** `-99.05` of −9905 fen: no currency sign, always two decimals. */
export function yuan(fen: number): string {
  const abs = Math.abs(fen);
  return `${fen < 0 ? '-' : ''}${Math.floor(abs / 100)}.${String(abs % 100).padStart(2, '0')}`;
}

/** Of `99`, `99.5` or `99.05`, by text and never through a fraction. Undefined: no amount of at most two decimals. */
export function fenOf(text: string): number | undefined {
  const [, whole = '', cents = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return whole === '' ? undefined : Number(whole) * 100 + Number(cents.padEnd(2, '0'));
}
