import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { chooseModerators } from '../moderation/choose-moderators.ts';
import { settingsOf } from './settings.ts';
import { whileModerated } from './while-moderated.ts';

/** Who looks at pictures and reads texts in a deployment, asked anew for each piece of work: operators may have switched it off. */
export const moderatorsOf = (config: Parameters<typeof chooseModerators>[0], bucket: Bucket, db: Database) =>
  whileModerated(chooseModerators(config, bucket), settingsOf(db));
