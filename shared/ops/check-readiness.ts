import type { BucketProbe } from '../cos/probe-bucket.ts';
import type { Database } from '../db/database.ts';
import { restingEngines } from '../engines/engine-breakers.ts';
import { ENGINE_NAMES, readEngines } from '../engines/read-engines.ts';
import { type ListedChannel, listChannels, type OnMisconfigured } from '../payments/open-channels.ts';
import type { Channels } from '../payments/reconcile-orders.ts';

export interface ReadinessParts {
  readonly db: Database;
  readonly channels: (onMisconfigured: OnMisconfigured) => Channels;
  /** AI_ENGINES of the configuration. */
  readonly engines: string | undefined;
  readonly probeObjects: (nowMs: number) => Promise<BucketProbe>;
  /** Names of every migration and procedure of this release. */
  readonly schemaNames: readonly string[];
}

/** Booleans alone: nothing here tells a stranger where or why. */
export interface Readiness {
  readonly checkedAtMs: number;
  readonly secrets: boolean;
  readonly database: boolean;
  readonly schema: boolean;
  readonly objects: boolean;
  readonly clock: boolean;
  /** null: the object storage said no time. */
  readonly clockSkewMs: number | null;
  readonly channels: Readonly<Record<string, boolean>>;
  readonly engines: Readonly<Record<string, boolean>>;
}

/** Tokens, signatures and links bear more; whoever is further off has no working time service. */
const MOST_SKEW_MS = 30_000;
/** Of an answer that is passed on without looking again. A bad one is old sooner: whoever mends waits for the good one. */
const KEPT_MS = { good: 5000, bad: 1000 };

export const isReady = (seen: Readiness): boolean =>
  seen.secrets && seen.database && seen.schema && seen.objects && seen.clock;

/** Keeps what it saw for some seconds, so that whoever asks often costs the database nothing. */
export function readinessCheck(
  parts: ReadinessParts,
): (nowMs: number, onMisconfigured: OnMisconfigured) => Promise<Readiness> {
  let last: Readiness | undefined;
  return async (nowMs, onMisconfigured) => {
    const ageMs = nowMs - (last?.checkedAtMs ?? Number.NEGATIVE_INFINITY);
    if (last && ageMs >= 0 && ageMs < (isReady(last) ? KEPT_MS.good : KEPT_MS.bad)) return last;
    last = await lookAtAll(parts, nowMs, onMisconfigured);
    return last;
  };
}

/** Each part has a time limit of its own, and all have ended when this answers. */
async function lookAtAll(parts: ReadinessParts, nowMs: number, onMisconfigured: OnMisconfigured): Promise<Readiness> {
  const [channels, schema, resting, probe] = await Promise.all([
    orNull(listChannels(parts.channels(onMisconfigured))),
    orNull(finishedFiles(parts.db, parts.schemaNames)),
    orNull(restingEngines(parts.db, nowMs)),
    orNull(parts.probeObjects(nowMs)),
  ]);
  const clockSkewMs = probe?.serverMs == null ? null : nowMs - probe.serverMs;
  const configured = readEngines(parts.engines);
  return {
    checkedAtMs: nowMs,
    secrets: channels !== null,
    database: resting !== null,
    schema: schema === parts.schemaNames.length,
    objects: probe?.answers ?? false,
    clock: clockSkewMs !== null && Math.abs(clockSkewMs) <= MOST_SKEW_MS,
    clockSkewMs,
    channels: Object.fromEntries((channels ?? []).map(({ channel, open }: ListedChannel) => [channel, open])),
    engines: Object.fromEntries(
      ENGINE_NAMES.map((name) => [name, configured.has(name) && resting !== null && !resting.has(name)]),
    ),
  };
}

/** A later release's files may be there too: it migrates before it is deployed. */
async function finishedFiles(db: Database, names: readonly string[]): Promise<number> {
  const [row] = await db.query<{ finished: number }>(
    `SELECT COUNT(*) AS finished FROM schema_migrations WHERE name IN (${names.map(() => '?').join(', ')}) AND finished_at IS NOT NULL`,
    names,
  );
  return Number(row?.finished ?? 0);
}

const orNull = <T>(work: Promise<T>): Promise<T | null> => work.catch(() => null);
