import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { openEngines } from '../../shared/engines/open-engines.ts';
import { ENGINE_ENDPOINT, ENGINES_CONFIG, MODEL_ENGINE, readEngines } from '../../shared/engines/read-engines.ts';
import { MODERATION_CONFIG } from '../../shared/moderation/choose-moderator.ts';
import { chooseResultModerators } from '../../shared/moderation/choose-moderators.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { whileModerated } from '../../shared/settings/while-moderated.ts';
import { pollProviderJobs } from '../../shared/tasks/provider/poll-provider-jobs.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'poll-provider-jobs',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG, ENGINE_ENDPOINT, ...MODERATION_CONFIG }),
  build: (config) => {
    const [db, bucket] = [databaseOf(config, secretsOf(config)), bucketOf(config)];
    const place = { bucket, region: config.REGION, endpoint: config.ENGINE_ENDPOINT };
    const engines = openEngines(config.AI_ENGINES, place, db);
    const moderators = whileModerated(chooseResultModerators(config, bucket), settingsOf(db));
    const hasModel = readEngines(config.AI_ENGINES).has(MODEL_ENGINE);
    const objects = openObjects({ ...bucket, clock: systemClock });
    return { db, objects, clock: systemClock, engines, hasModel, moderators };
  },
  run: async ({ moderators, ...services }, { nowMs, log }) => {
    const onFailure = ({ code, ...failure }: { code: string }) => log('engine_failed', { ...failure, reason: code });
    const asked = { ...services, ...(await moderators(nowMs)), onFailure };
    const { failures, ...counts } = await pollProviderJobs(asked, (moved) => log('work_moved', moved));
    for (const failure of failures) log('event_failed', failure);
    return { ...counts, failed: failures.length };
  },
});
