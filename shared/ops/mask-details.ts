import { redact } from '../logging/redact.ts';

const PHONE = /^1[3-9]\d{9}$/;
/** What a person is known by, beside what logs leave out anyway. */
const PERSONAL = /email|title|tax_?number|real_?name|id_?card|account/i;
const MAX_CHARS = 4000;

/** What an operator asked for, as JSON that may be kept for ever: phones as `138****5678`, names and secrets left out. */
export function maskDetails(input: unknown): string {
  const masked = JSON.stringify(redact(shown(input))) ?? '{}';
  return masked.length <= MAX_CHARS ? masked : JSON.stringify({ chars: masked.length });
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return maskPhone(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (PERSONAL.test(key)) return [key, '[personal]'];
      // Under another name than a secret's, since what is left of it is none.
      return key === 'phone' ? ['of', shown(item)] : [key, shown(item)];
    }),
  );
}

/** `138****5678`; any other text as it is. */
export const maskPhone = (text: string): string =>
  PHONE.test(text) ? `${text.slice(0, 3)}****${text.slice(7)}` : text;
