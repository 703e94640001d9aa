import { errnoOf } from './error-treatment.ts';

/** The schema could not be brought up to date. What was done stays; the next run goes on from there. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';

  /** With what the operator can do about it, where that is known. */
  static at(where: string, cause: unknown): MigrationFailed {
    const said = cause instanceof Error ? cause.message : String(cause);
    const advice = ADVICE[errnoOf(cause)];
    return new MigrationFailed(`${where}: ${said}${advice === undefined ? '' : `. ${advice}`}`, { cause });
  }
}

const BINLOG_TRUST =
  'The binary log is on: set the parameter log_bin_trust_function_creators to ON (TencentDB console, 参数设置), then run it again';

/** By server error number. */
const ADVICE: Readonly<Record<number, string>> = {
  1044: 'The user of the database secret needs ALL on this database',
  1142: 'The user of the database secret needs ALL on this database',
  1370: 'The user of the database secret needs ALL on this database',
  1205: 'A long transaction uses the table: run it again when that has ended',
  1418: BINLOG_TRUST,
  1419: BINLOG_TRUST,
};
