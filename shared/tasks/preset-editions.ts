import * as z from 'zod/mini';
import { preset } from '../contract/presets.ts';
import type { Database } from '../db/database.ts';
import type { Plan } from '../features/plan.ts';
import type { PicturePreset } from '../media/platforms/presets.ts';

const presets = z.array(preset);
/** Whose pictures follow the shops' figures. */
const BY_PRESETS = ['platform-pack', 'resize-preset'];

/** The plan of a task that is ordered by this edition, which all its steps have. */
export const byPresets = (plan: Plan, edition: number | undefined): Plan =>
  plan.map((step) => (BY_PRESETS.includes(step.processor) ? { ...step, presets: edition } : step));

export interface PresetEdition {
  readonly version: number;
  readonly presets: readonly PicturePreset[];
  readonly savedBy: string;
  readonly savedAtMs: number;
}

type Row = Omit<PresetEdition, 'presets'> & { readonly json: string };

const COLUMNS = 'version, presets_json AS json, saved_by AS savedBy, saved_at AS savedAtMs';

const editionOf = ({ json, ...row }: Row): PresetEdition => ({ ...row, presets: z.parse(presets, JSON.parse(json)) });

/** The one that is in force. */
export async function newestEdition(db: Database): Promise<PresetEdition> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM platform_presets ORDER BY version DESC LIMIT 1`);
  if (!row) throw new Error('there are no presets: the migration writes the first');
  return editionOf(row);
}

/** @returns undefined where there is no such edition */
export async function readEdition(db: Database, version: number): Promise<PresetEdition | undefined> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM platform_presets WHERE version = ?`, [version]);
  return row && editionOf(row);
}

/** The figures of a step that follows them. A plan of before there were editions has none. */
export async function presetsOfStep(
  db: Database,
  { presets: version }: { readonly presets?: number | undefined },
): Promise<readonly PicturePreset[] | undefined> {
  if (version === undefined) return undefined;
  const edition = await readEdition(db, version);
  if (!edition) throw new Error(`there is no edition ${version} of the presets`);
  return edition.presets;
}
