/** Printable ASCII without `%` and `&`, or an escape; everything else must be escaped. */
const PART = /^(?:[\x21-\x24\x27-\x7e]|%[0-9A-Fa-f]{2})*$/;
const MAX_BYTES = 64 * 1024;

function decodePart(part: string): string | undefined {
  if (!PART.test(part)) return undefined;
  const spaced = part.replaceAll('+', ' ');
  return spaced.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * An urlencoded form, decoded once and to bytes: each character of the result is one byte (latin1), since the signature is
 * over bytes and the form may be in GBK. Strict where a browser would guess: no stray `%`, no name without `=`, no name twice.
 * @returns undefined when it is no such form, or longer than 64 KiB
 */
export function readForm(rawBody: Uint8Array): Map<string, string> | undefined {
  if (rawBody.length === 0 || rawBody.length > MAX_BYTES) return undefined;
  const form = new Map<string, string>();
  for (const pair of Buffer.from(rawBody).toString('latin1').split('&')) {
    const at = pair.indexOf('=');
    const name = decodePart(pair.slice(0, Math.max(at, 0)));
    const value = decodePart(pair.slice(at + 1));
    if (name === undefined || name === '' || value === undefined || form.has(name)) return undefined;
    form.set(name, value);
  }
  return form;
}
