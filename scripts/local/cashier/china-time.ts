const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 24 * 3_600_000;

/** `2026-11-23T10:00:00+08:00`, as WeChat Pay writes times. */
export function rfc3339(atMs: number): string {
  return new Date(atMs + OFFSET_MS).toISOString().replace(/\.\d+Z$/, '+08:00');
}

/** `2026-11-23 10:00:00`, as Alipay and both bills write times. */
export function chinaDateTime(atMs: number): string {
  return new Date(atMs + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

export function chinaDay(atMs: number): string {
  return chinaDateTime(atMs).slice(0, 10);
}

/** Of `yyyy-MM-dd HH:mm:ss`. Undefined: not written so, or no such moment. */
export function chinaTimeMs(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const atMs = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isFinite(atMs) && chinaDateTime(atMs) === text ? atMs : undefined;
}

/** When the day `yyyy-MM-dd` begins in China. Undefined: no such day. */
export function chinaMidnightMs(day: string): number | undefined {
  return chinaTimeMs(`${day} 00:00:00`);
}
