/** The text of a DATETIME(3) parameter in UTC: `2026-11-24 07:15:21.042`. Columns come back as milliseconds by themselves. */
export function sqlTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 23).replace('T', ' ');
}
