import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { cosFunction } from '../../shared/cos/cos-function.ts';
import { parseInputKey } from '../../shared/cos/keys.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { MODERATION_CONFIG } from '../../shared/moderation/choose-moderator.ts';
import { chooseModerators } from '../../shared/moderation/choose-moderators.ts';
import { acceptInput } from '../../shared/tasks/accept-input.ts';

export const main = cosFunction({
  name: 'start-task',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...MODERATION_CONFIG }),
  build: (config) => ({
    db: databaseOf(config, secretsOf(config)),
    objects: openObjects({ ...bucketOf(config), clock: systemClock }),
    ...chooseModerators(config, bucketOf(config)),
  }),
  run: async (services, { key }, { nowMs, log, follow }) => {
    const input = parseInputKey(key);
    if (!input) return log('object_unknown', { key });
    const outcome = await acceptInput({ ...services, onTrace: follow }, input, nowMs);
    log(outcome === 'refused' ? 'input_refused' : 'task_started', { taskId: input.taskId, outcome });
  },
});
