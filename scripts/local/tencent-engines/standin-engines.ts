import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import type { Objects } from '../../../shared/cos/objects.ts';
import { openDatabase } from '../../../shared/db/database.ts';
import { installModelPhotos } from './model-photos.ts';

/** What `--engine` takes. */
export const STANDIN = 'tencent-standin';
/** AI_ENGINES of a cloud whose engines are all played here. */
export const STANDIN_ENGINES = 'tencent-mps:4,tencent-vclm:2,tencent-ci:4,tencent-aiart';

/** What their cards need beside them. */
export async function installModels(objects: Objects, secret: DatabaseSecret): Promise<void> {
  const db = openDatabase({ readSecret: async () => secret });
  await installModelPhotos(objects, db).finally(() => db.close());
}
