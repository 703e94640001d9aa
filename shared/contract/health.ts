import * as z from 'zod/mini';
import { operation } from './operation.ts';

export const healthLive = operation({
  name: 'health-live',
  method: 'GET',
  summary: 'Answers without touching anything else.',
  caller: 'anyone',
  input: z.strictObject({}),
  output: z.strictObject({ status: z.literal('ok'), nowMs: z.int() }),
});
