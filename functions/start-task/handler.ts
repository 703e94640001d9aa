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
import { moderatorsOf } from '../../shared/settings/moderators-of.ts';
import { acceptInput } from '../../shared/tasks/accept-input.ts';

export const main = cosFunction({
  name: 'start-task',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...MODERATION_CONFIG }),
  build: (config) => {
    const [db, bucket] = [databaseOf(config, secretsOf(config)), bucketOf(config)];
    const moderators = moderatorsOf(config, bucket, db);
    return { db, objects: openObjects({ ...bucket, clock: systemClock }), moderators };
  },
  run: async ({ moderators, ...services }, { key }, { nowMs, log, follow }) => {
    const input = parseInputKey(key);
    if (!input) return log('object_unknown', { key });
    const by = { ...services, ...(await moderators(nowMs)), onTrace: follow };
    const outcome = await acceptInput(by, input, nowMs);
    log(outcome === 'refused' ? 'input_refused' : 'task_started', { taskId: input.taskId, outcome });
  },
});
