/** China has had one time zone without summer time since 1992. */
const OFFSET_MS = 8 * 3_600_000;

const FORM = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

/** `2026-11-23 10:00:00`, China's time, as Alipay writes it; parts of a second are dropped. */
export function toChinaTime(atMs: number): string {
  return new Date(atMs + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** The reverse; undefined when it is no such time (a 30th of February is none). */
export function fromChinaTime(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  const atMs = Date.parse(`${text.replace(' ', 'T')}Z`) - OFFSET_MS;
  return Number.isFinite(atMs) && toChinaTime(atMs) === text ? atMs : undefined;
}

/**
 * The first millisecond of a day in China.
 * @throws TypeError when it is no `YYYY-MM-DD`
 */
export function startOfChinaDay(day: string): number {
  const atMs = fromChinaTime(`${day} 00:00:00`);
  if (atMs === undefined) throw new TypeError('day must be a date, YYYY-MM-DD');
  return atMs;
}
