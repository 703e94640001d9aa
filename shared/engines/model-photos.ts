import type { Database } from '../db/database.ts';

export interface WantedModel {
  readonly gender: string;
  readonly scene: string;
  /** From 0 to 11. */
  readonly pose: number;
}

/** The object that holds the operator's photo of that model; undefined where the operator has none. */
export async function readModelPhoto(db: Database, wanted: WantedModel): Promise<string | undefined> {
  const [row] = await db.query<{ key: string }>(
    'SELECT object_key AS `key` FROM model_photos WHERE gender = ? AND scene = ? AND pose = ? AND enabled = 1',
    [wanted.gender, wanted.scene, wanted.pose],
  );
  return row?.key;
}
