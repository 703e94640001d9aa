import type { Database } from '../db/database.ts';
import { newestEdition } from '../tasks/preset-editions.ts';

/** What shops ask of pictures, as tasks are ordered by it now. */
export async function listPresets(db: Database) {
  const { presets, ...edition } = await newestEdition(db);
  return { ...edition, items: [...presets] };
}
