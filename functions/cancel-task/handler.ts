import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { cancelTask as operation } from '../../shared/contract/tasks.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { preferredLanguage } from '../../shared/http/language.ts';
import { cancelTask } from '../../shared/tasks/cancel-task.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: merchantOrKey(operation),
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db }, merchant, { taskId }, { nowMs, request, log }) => {
    const language = preferredLanguage(request.headers['accept-language']);
    const task = await cancelTask(db, merchant.id, taskId, { nowMs, language });
    log('task_ended', { taskId, state: task.state });
    return task;
  },
});
