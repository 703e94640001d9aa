import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getAnnouncements as operation } from '../../shared/contract/announcements.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { getAnnouncements } from '../../shared/ops/announcements.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { toldSettings } from '../../shared/settings/told-settings.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const db = databaseOf(config, secretsOf(config));
    return { db, settings: settingsOf(db) };
  },
  caller: () => undefined,
  run: async ({ db, settings }, _caller, _input, { nowMs }) => ({
    items: await getAnnouncements(db, nowMs),
    settings: toldSettings(await settings(nowMs)),
  }),
});
