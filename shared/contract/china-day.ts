const CHINA_MS = 8 * 3_600_000;

/** Is this a day of the calendar, `YYYY-MM-DD`, of this century? A 30th of February is none. */
export function isChinaDay(text: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(text);
}

/** The day in China at a moment: UTC+8, without summer time since 1991. */
export const chinaDayOf = (atMs: number): string => new Date(atMs + CHINA_MS).toISOString().slice(0, 10);
