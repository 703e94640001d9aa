import type { Database } from '../db/database.ts';

/** What operators change while it runs. */
export interface Settings {
  readonly version: number;
  /** null: as it was deployed. */
  readonly resultDays: number | null;
  /** What is kept until `resultDaysFromMs`, where `resultDays` is a shorter life that begins only then. */
  readonly resultDaysBefore: number | null;
  readonly resultDaysFromMs: number | null;
  /** null: as it was deployed. */
  readonly smsDailyBudget: number | null;
  readonly moderation: boolean;
  readonly signUp: boolean;
  readonly batchPhotos: number;
  readonly creditsLow: number;
  readonly supportContact: string;
  readonly savedBy: string;
  readonly savedAtMs: number;
}

type Row = { readonly [Key in keyof Settings]: Settings[Key] extends boolean ? number : Settings[Key] };

const COLUMNS = `version, result_days AS resultDays, result_days_before AS resultDaysBefore, result_days_from AS resultDaysFromMs,
  sms_daily_budget AS smsDailyBudget, moderation, sign_up AS signUp, batch_photos AS batchPhotos, credits_low AS creditsLow,
  support_contact AS supportContact, saved_by AS savedBy, saved_at AS savedAtMs`;

const settingsOfRow = ({ moderation, signUp, ...row }: Row): Settings => ({
  ...{ ...row, moderation: moderation === 1, signUp: signUp === 1 },
});

/** Those in force. */
export async function newestSettings(db: Database): Promise<Settings> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM settings ORDER BY version DESC LIMIT 1`);
  if (!row) throw new Error('there are no settings: the migration writes the first');
  return settingsOfRow(row);
}

/** @returns undefined where there is no such version */
export async function readSettings(db: Database, version: number): Promise<Settings | undefined> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM settings WHERE version = ?`, [version]);
  return row && settingsOfRow(row);
}

/** A change is obeyed everywhere from then on: an instance asks again when what it knows is older. One read of one row. */
export const SETTINGS_FRESH_MS = 30_000;

export type ReadSettings = (nowMs: number) => Promise<Settings>;

/** The settings of an instance: keep the result in module scope. What cannot be read is not guessed: the database is away. */
export function settingsOf(db: Database): ReadSettings {
  let known: { readonly settings: Settings; readonly readAtMs: number } | undefined;
  return async (nowMs) => {
    const ageMs = known ? nowMs - known.readAtMs : Number.NaN;
    if (known && ageMs >= 0 && ageMs < SETTINGS_FRESH_MS) return known.settings;
    known = { settings: await newestSettings(db), readAtMs: nowMs };
    return known.settings;
  };
}
