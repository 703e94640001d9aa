import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { cosFunction } from '../../shared/cos/cos-function.ts';
import { parseWorkKey } from '../../shared/cos/keys.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { aiartClient } from '../../shared/engines/aiart-client.ts';
import { openEngines } from '../../shared/engines/open-engines.ts';
import { ENGINE_ENDPOINT, ENGINES_CONFIG, MODEL_ENGINE, readEngines } from '../../shared/engines/read-engines.ts';
import { runProviderUnit } from '../../shared/tasks/provider/run-provider-unit.ts';

export const main = cosFunction({
  name: 'run-provider-step',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG, ENGINE_ENDPOINT }),
  build: (config) => {
    const [db, bucket] = [databaseOf(config, secretsOf(config)), bucketOf(config)];
    const place = { bucket, region: config.REGION, endpoint: config.ENGINE_ENDPOINT };
    const hasModel = readEngines(config.AI_ENGINES).has(MODEL_ENGINE);
    const engines = openEngines(config.AI_ENGINES, place, db, aiartClient(place));
    const objects = openObjects({ ...bucket, clock: systemClock });
    return { db, objects, clock: systemClock, engines, hasModel };
  },
  run: async (services, { key }, { log, follow }) => {
    const work = parseWorkKey(key);
    if (!work) return log('object_unknown', { key });
    const unit = { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) };
    const onFailure = ({ code, ...failure }: { code: string }) => log('engine_failed', { ...failure, reason: code });
    const outcome = await runProviderUnit({ ...services, onFailure, onTrace: follow }, unit);
    log('unit_done', { ...unit, outcome });
  },
});
