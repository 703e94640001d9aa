import * as z from 'zod/mini';
import { chinaDay as day } from './day.ts';
import { operation } from './operation.ts';

const DAY_MS = 86_400_000;

/** Two days in China, both included, `most` at most. */
const daysUpTo = (most: number) =>
  z.refine<{ firstDay: string; lastDay: string }>(
    ({ firstDay, lastDay }) => {
      const days = (Date.parse(lastDay) - Date.parse(firstDay)) / DAY_MS + 1;
      return days >= 1 && days <= most;
    },
    {
      path: ['lastDay'],
      error: `不能早于开始日期，且至多 ${most} 天`,
      params: { rule: `days:1-${most}`, en: `must be the first day or later, ${most} days in all at most` },
    },
  );

const part = z.strictObject({
  fileName: z.string(),
  /** UTF-8 with a byte order mark; of several parts each is put behind the one before. */
  csv: z.string(),
  nextCursor: z.optional(z.string()),
});
const exporting = { role: 'operator', stepUp: true, audited: true } as const;

export const exportOrders = operation({
  name: 'export-orders',
  method: 'GET',
  summary: 'Orders of some days in China as CSV, in parts; the last part ends with their totals.',
  caller: 'operator',
  operators: exporting,
  input: z
    .strictObject({
      firstDay: day,
      lastDay: day,
      /** As the part before gave it: where it ended, and the sums so far. */
      cursor: z.optional(z.string().check(z.regex(/^ord_[0-9A-HJKMNP-TV-Z]{26}(_\d{1,15}){4}$/))),
    })
    .check(daysUpTo(92)),
  output: part,
});

export const exportDays = operation({
  name: 'export-days',
  method: 'GET',
  summary: 'The figures of days in China as CSV, with their totals. A day that nobody measured has empty cells.',
  caller: 'operator',
  operators: exporting,
  input: z.strictObject({ firstDay: day, lastDay: day }).check(daysUpTo(366)),
  output: z.strictObject({ fileName: z.string(), csv: z.string() }),
});
