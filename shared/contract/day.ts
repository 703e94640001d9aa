import * as z from 'zod/mini';
import { isChinaDay } from './china-day.ts';

/** A day in China, `YYYY-MM-DD`. */
export const chinaDay = z.string().check(
  z.refine(isChinaDay, {
    error: '应为日期，如 2026-03-01',
    params: { rule: 'format:date', en: 'must be a date as 2026-03-01' },
  }),
);
