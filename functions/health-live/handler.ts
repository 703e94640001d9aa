import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { healthLive } from '../../shared/contract/health.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation: healthLive,
  config: z.object(BASE_CONFIG),
  build: () => ({}),
  caller: () => undefined,
  run: async (_services, _caller, _input, { nowMs }) => ({ status: 'ok' as const, nowMs }),
});
