/** Is this a day of the calendar, `YYYY-MM-DD`, of this century? A 30th of February is none. */
export function isChinaDay(text: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(text);
}
