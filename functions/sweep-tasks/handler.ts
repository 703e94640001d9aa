import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { sweepArchives } from '../../shared/library/archive/sweep-archives.ts';
import { MODERATION_CONFIG } from '../../shared/moderation/choose-moderator.ts';
import { moderatorsOf } from '../../shared/settings/moderators-of.ts';
import { sweepTasks } from '../../shared/tasks/sweep-tasks.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';
import type { OnMoved } from '../../shared/timer/work-moved.ts';

export const main = timerFunction({
  name: 'sweep-tasks',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...MODERATION_CONFIG }),
  build: (config) => {
    const [db, bucket] = [databaseOf(config, secretsOf(config)), bucketOf(config)];
    const moderators = moderatorsOf(config, bucket, db);
    return { db, objects: openObjects({ ...bucket, clock: systemClock }), moderators };
  },
  run: async ({ moderators, ...services }, { nowMs, log }) => {
    const onMoved: OnMoved = (moved) => log('work_moved', moved);
    // Before photos, for whose sake somebody else is asked.
    const archives = await sweepArchives(services, nowMs, onMoved);
    const { failures, ...counts } = await sweepTasks({ ...services, ...(await moderators(nowMs)) }, nowMs, onMoved);
    const failed = [...failures, ...archives.failures];
    for (const failure of failed) log('event_failed', failure);
    return { ...counts, archives: archives.restarted + archives.given + archives.deleted, failed: failed.length };
  },
});
