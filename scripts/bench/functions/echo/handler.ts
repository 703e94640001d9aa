import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../../shared/config/read-config.ts';
import { operation } from '../../../../shared/contract/operation.ts';
import { httpFunction } from '../../../../shared/http/http-function.ts';

const echo = operation({
  name: 'echo',
  method: 'POST',
  summary: 'The whole wrapper of a deployed function around nothing.',
  caller: 'anyone',
  input: z.strictObject({ n: z.int() }),
  output: z.strictObject({ ok: z.boolean(), n: z.int() }),
  rateLimit: undefined,
});

export const main = httpFunction({
  operation: echo,
  config: z.object(BASE_CONFIG),
  build: () => ({}),
  caller: () => null,
  run: async (_services, _caller, { n }) => ({ ok: true, n }),
});
