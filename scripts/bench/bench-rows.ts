import type { BenchRow } from './row.ts';
import { BATCH_ROW } from './rows/batch-row.ts';
import { BUNDLE_ROW } from './rows/bundle-row.ts';
import { COLD_START_ROW } from './rows/cold-start-row.ts';
import { CONSOLE_ROW } from './rows/console-row.ts';
import { CUTOUT_ROW } from './rows/cutout-row.ts';
import { CYCLE_ROW } from './rows/cycle-row.ts';
import { DEPLOY_ROW } from './rows/deploy-row.ts';
import { GATEWAY_ROW } from './rows/gateway-row.ts';
import { GROWTH_ROW } from './rows/growth-row.ts';
import { HTTP_ROWS } from './rows/http-rows.ts';
import { LISTS_ROW } from './rows/lists-row.ts';
import { MONEY_GROWTH_ROW } from './rows/money-growth-row.ts';
import { PAGES_ROW } from './rows/pages-row.ts';
import { PAY_CALLBACK_ROW } from './rows/pay-callback-row.ts';
import { PROCEDURE_ROW } from './rows/procedure-rows.ts';
import { SETUP_ROW } from './rows/setup-row.ts';
import { STORYBOARD_ROW } from './rows/storyboard-row.ts';
import { TOKEN_ROW } from './rows/token-row.ts';
import { VIDEO_ROW } from './rows/video-row.ts';
import { WEBHOOKS_ROW } from './rows/webhooks-row.ts';
import { WHITE_BACKGROUND_ROW } from './rows/white-background-row.ts';

/** Every row of the table, in its order. */
export const BENCH_ROWS: readonly BenchRow[] = [
  ...HTTP_ROWS,
  PROCEDURE_ROW,
  GATEWAY_ROW,
  TOKEN_ROW,
  COLD_START_ROW,
  BUNDLE_ROW,
  PAGES_ROW,
  LISTS_ROW,
  CYCLE_ROW,
  GROWTH_ROW,
  WEBHOOKS_ROW,
  PAY_CALLBACK_ROW,
  MONEY_GROWTH_ROW,
  CONSOLE_ROW,
  DEPLOY_ROW,
  SETUP_ROW,
  WHITE_BACKGROUND_ROW,
  CUTOUT_ROW,
  STORYBOARD_ROW,
  VIDEO_ROW,
  BATCH_ROW,
];
