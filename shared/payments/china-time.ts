import { SHANGHAI_MS, shanghaiTime } from '../shanghai-day.ts';

const FORM = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

/** The reverse of `shanghaiTime`, as Alipay and the bills write it; undefined when it is no such time (a 30th of February is none). */
export function fromChinaTime(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  const atMs = Date.parse(`${text.replace(' ', 'T')}Z`) - SHANGHAI_MS;
  return Number.isFinite(atMs) && shanghaiTime(atMs) === text ? atMs : undefined;
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
