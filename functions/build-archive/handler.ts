import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { cosFunction } from '../../shared/cos/cos-function.ts';
import { parseArchiveWorkKey } from '../../shared/cos/keys.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { RETENTION_CONFIG } from '../../shared/cos/retention.ts';
import { openPartUploads } from '../../shared/cos/upload-parts.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { type ArchiveServices, buildArchive } from '../../shared/library/archive/build-archive.ts';
import { retentionOf } from '../../shared/settings/retention-now.ts';
import { settingsOf } from '../../shared/settings/settings.ts';

export const main = cosFunction({
  name: 'build-archive',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...RETENTION_CONFIG }),
  build: (config) => {
    const at = { ...bucketOf(config), clock: systemClock };
    const cos = { objects: openObjects(at), uploads: openPartUploads(at) };
    const db = databaseOf(config, secretsOf(config));
    return { ...cos, db, clock: systemClock, keep: retentionOf(config, settingsOf(db)) };
  },
  run: async ({ keep, ...services }, { key }, { nowMs, log, follow }) => {
    const archiveId = parseArchiveWorkKey(key);
    if (archiveId === undefined) return log('object_unknown', { key });
    const onFailure: ArchiveServices['onFailure'] = (failure) => log('archive_failed', { ...failure });
    const listening = { onFailure, onTrace: follow };
    const outcome = await buildArchive({ ...services, retention: await keep(nowMs), ...listening }, archiveId);
    log('archive_done', { archiveId, outcome });
  },
});
