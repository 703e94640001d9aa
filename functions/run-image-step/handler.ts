import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { cosFunction } from '../../shared/cos/cos-function.ts';
import { parseWorkKey } from '../../shared/cos/keys.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { MODERATION_CONFIG } from '../../shared/moderation/choose-moderator.ts';
import { moderatorsOf } from '../../shared/settings/moderators-of.ts';
import { IMAGE_CONFIG, openImageEngines } from '../../shared/tasks/image-engines.ts';
import { runUnit, type UnitServices } from '../../shared/tasks/run-unit.ts';

export const main = cosFunction({
  name: 'run-image-step',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...MODERATION_CONFIG, ...IMAGE_CONFIG }),
  build: (config) => {
    const [db, bucket] = [databaseOf(config, secretsOf(config)), bucketOf(config)];
    const [engines, moderators] = [openImageEngines(config), moderatorsOf(config, bucket, db)];
    return { db, objects: openObjects({ ...bucket, clock: systemClock }), clock: systemClock, ...engines, moderators };
  },
  run: async ({ moderators, ...services }, { key }, { nowMs, log, follow }) => {
    const work = parseWorkKey(key);
    if (!work) return log('object_unknown', { key });
    const unit = { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) };
    const by = { ...services, ...(await moderators(nowMs)), onTrace: follow };
    // A field of the name `code` is redacted: login codes have it.
    const onFailure: UnitServices['onFailure'] = ({ code, ...why }) => log('unit_failed', { ...why, reason: code });
    log('unit_done', { ...unit, outcome: await runUnit({ ...by, onFailure }, unit) });
  },
});
