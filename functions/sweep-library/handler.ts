import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { RETENTION_CONFIG } from '../../shared/cos/retention.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { eraseDeleted } from '../../shared/library/erase-deleted.ts';
import { sweepLibrary } from '../../shared/library/sweep-library.ts';
import { sweepRefusals } from '../../shared/moderation/content-refusals.ts';
import { retentionOf } from '../../shared/settings/retention-now.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'sweep-library',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...RETENTION_CONFIG }),
  build: (config) => {
    const db = databaseOf(config, secretsOf(config));
    const objects = openObjects({ ...bucketOf(config), clock: systemClock });
    return { db, objects, retention: retentionOf(config, settingsOf(db)) };
  },
  run: async ({ retention, ...services }, { nowMs, clock, log }) => {
    // What must not be seen goes first.
    const refused = await sweepRefusals(services, nowMs);
    const { failures, ...counts } = await sweepLibrary(services, await retention(nowMs), nowMs, clock);
    const erased = await eraseDeleted(services, nowMs);
    const failed = [...failures, ...erased.failures, ...refused.failures];
    for (const error of failed) log('event_failed', { error });
    return { ...counts, erasedAccounts: erased.accounts, refused: refused.removed, failed: failed.length };
  },
});
