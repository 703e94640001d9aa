import type { BenchRow } from './row.ts';
import { HTTP_ROWS } from './rows/http-rows.ts';

/** Every row of the table, in its order. */
export const BENCH_ROWS: readonly BenchRow[] = [...HTTP_ROWS];
