import { archiveWorkKey } from '../../cos/keys.ts';
import type { Objects } from '../../cos/objects.ts';
import { putWorkObject } from '../../cos/put-work-object.ts';
import type { Database } from '../../db/database.ts';
import { lookAgainAfterMs } from '../../tasks/look-again-after.ts';
import { type NotMoved, type OnMoved, traced, unheard } from '../../timer/work-moved.ts';
import { type ArchiveRow, dueArchives, MAX_ATTEMPTS, sweepRow } from './archive-rows.ts';

interface Services {
  readonly db: Database;
  readonly objects: Objects;
}

export interface SweptArchives {
  readonly restarted: number;
  readonly given: number;
  readonly deleted: number;
  readonly failures: readonly NotMoved[];
}

export const PAGE = 50;
const AFTER_FAILURE_MS = 60_000;
/** One that nobody could make by then is given up. */
const DEADLINE_MS = 2 * 3_600_000;

/**
 * Starts again what was lost, gives up what fails too often, deletes what is over. Any number of sweepers may run at once.
 * @param onMoved told of each archive that it did something to, for the log
 */
export async function sweepArchives(
  services: Services,
  nowMs: number,
  onMoved: OnMoved = unheard,
): Promise<SweptArchives> {
  const counts = { restarted: 0, given: 0, deleted: 0 };
  const failures: NotMoved[] = [];
  for (const archive of await dueArchives(services.db, nowMs, PAGE)) {
    const named = { archiveId: archive.archiveId, ...traced(archive.trace) };
    try {
      const did = await sweepArchive(services, archive, nowMs);
      if (!did) continue;
      counts[did] += 1;
      onMoved({ did, ...named });
    } catch (error) {
      failures.push({ error, ...named });
      await sweepRow(services.db, archive, { state: archive.state, sweepAtMs: nowMs + AFTER_FAILURE_MS });
    }
  }
  return { ...counts, failures };
}

async function sweepArchive(
  { db, objects }: Services,
  archive: ArchiveRow,
  nowMs: number,
): Promise<keyof Omit<SweptArchives, 'failures'> | undefined> {
  if (archive.state === 'ready') {
    if (archive.key !== null) await objects.delete(archive.key);
    return (await sweepRow(db, archive, { state: 'expired', sweepAtMs: null })) ? 'deleted' : undefined;
  }
  const ageMs = nowMs - archive.createdAtMs;
  if (archive.attempts >= MAX_ATTEMPTS || ageMs >= DEADLINE_MS) {
    const over = { state: 'failed', sweepAtMs: null, errorCode: 'ARCHIVE_FAILED', endedAtMs: nowMs } as const;
    return (await sweepRow(db, archive, over)) ? 'given' : undefined;
  }
  const again = nowMs + lookAgainAfterMs(ageMs);
  if (!(await sweepRow(db, archive, { state: 'waiting', sweepAtMs: again }))) return undefined;
  await putWorkObject(objects, archiveWorkKey(archive.archiveId));
  return 'restarted';
}
