import { redact } from '../logging/redact.ts';

const PHONE = /^1[3-9]\d{9}$/;
/** In a sentence, also as people write one: `138-0013-8000`. */
const PHONES = /(?<![0-9A-Za-z])(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?![0-9A-Za-z])/g;
/** 居民身份证: region, day of birth, three digits and the check, which may be an X (GB 11643). */
const IDENTITIES =
  /(?<![0-9A-Za-z])([1-9]\d{5})(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g;
/** What a person is known by, beside what logs leave out anyway. */
const PERSONAL = /email|title|tax_?number|real_?name|id_?card|account/i;
/** Fields in an operator's own words that stay in the audit log's `reason`. */
const WORDS = ['reason', 'note'];
const MAX_CHARS = 4000;

/** What an operator asked for, as JSON that may be kept for ever: phones as `138****5678`, names and secrets left out. */
export function maskDetails(input: unknown): string {
  const masked = JSON.stringify(redact(shown(input))) ?? '{}';
  return masked.length <= MAX_CHARS ? masked : JSON.stringify({ chars: masked.length });
}

/** What an operator asked for, with phones and identity numbers masked in what they gave as the reason: nobody could take them out again. */
export function maskWords<Input>(input: Input): Input {
  if (typeof input !== 'object' || input === null) return input;
  const masked = Object.entries(input).map(([key, value]) => [
    key,
    WORDS.includes(key) && typeof value === 'string' ? maskText(value) : value,
  ]);
  // The same fields with values of the same types.
  return Object.fromEntries(masked) as Input;
}

/** Never longer than it was. */
const maskText = (text: string): string => text.replaceAll(IDENTITIES, '$1************').replaceAll(PHONES, '$1****$2');

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
