import type { Language } from './preferences.ts';

/** ¥99, ¥99.50: fen are integers, so nothing is ever rounded. */
export function formatYuan(fen: number): string {
  const yuan = Math.trunc(fen / 100);
  const rest = Math.abs(fen % 100);
  return `${fen < 0 && yuan === 0 ? '-' : ''}¥${yuan}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const locale = (language: Language): string => (language === 'en' ? 'en-GB' : 'zh-CN');

export function formatTime(atMs: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'short' }).format(atMs);
}

/** In figures alone, for tables. */
export function formatStamp(atMs: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'short', timeStyle: 'short' }).format(atMs);
}

/** To the second, where things follow each other. */
export function formatMoment(atMs: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'short', timeStyle: 'medium' }).format(atMs);
}

export function formatDay(atMs: number, language: Language): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium' }).format(atMs);
}

/** 2026-03-01, where this browser is: for names of files. */
export function isoDay(atMs: number): string {
  const at = new Date(atMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Whole days that are still to come; the last one counts. */
export function daysUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / 86_400_000));
}
