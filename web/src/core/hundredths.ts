/** Of what is typed as `15`, `15.5` or `0.05`, the hundredths (per cent → basis points, yuan → fen), exactly; undefined: no such number. */
export function hundredthsOf(text: string): number | undefined {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

/** The text of which `hundredthsOf` makes them again: 1500 is `15`, 5 is `0.05`. Not for less than nothing. */
export function shownHundredths(hundredths: number): string {
  const part = String(hundredths % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.floor(hundredths / 100)}${part === '' ? '' : `.${part}`}`;
}
