/**
 * The layout of our bucket. Keys are ASCII, since public code disagrees on whether an event's key arrives URL-encoded,
 * and every key carries its task, since an event carries no other identity that can be trusted.
 * Input, work and output prefixes never overlap: an output that matched a trigger's prefix would start a loop.
 */
const TASK = 'tsk_[0-9A-HJKMNP-TV-Z]{26}';
const WORD = '[a-z0-9][a-z0-9_-]{0,39}';
const LEASE = '[A-Za-z0-9][A-Za-z0-9_-]{0,39}';
const FILE = '[a-z0-9][a-z0-9_-]{0,39}(?:\\.[a-z0-9]{1,10})?';
const NUMBER = '0|[1-9][0-9]?';

const INPUT = new RegExp(`^inputs/(?<taskId>${TASK})/(?<index>${NUMBER})$`);
const WORK = new RegExp(`^work/(?<lane>image|provider)/(?<taskId>${TASK})/(?<step>${WORD})/(?<unit>${WORD})\\.json$`);
const OUTPUT = new RegExp(
  `^outputs/(?<taskId>${TASK})/(?<step>${WORD})/(?<unit>${WORD})/(?<leaseId>${LEASE})/(?<name>${FILE})$`,
);

/** One of a task's inputs; `index` from 0 to 99. */
export type InputKey = { taskId: string; index: number };
/** The object that starts one unit of a step. `lane` picks the function: image work, or work that waits for a provider. */
export type WorkKey = { lane: 'image' | 'provider'; taskId: string; step: string; unit: string };
/** A unit's result, under the lease that wrote it, so that a late writer never overwrites the winner's. */
export type OutputKey = { taskId: string; step: string; unit: string; leaseId: string; name: string };

const ARCHIVE_WORK = /^work\/archive\/(?<archiveId>arc_[0-9A-HJKMNP-TV-Z]{26})\.json$/;
const ARCHIVE = new RegExp(`^archives/arc_[0-9A-HJKMNP-TV-Z]{26}/${LEASE}\\.zip$`);
const REPORT = /^reports\/reconciliation\/[a-z]{1,16}\/\d{4}-\d\d-\d\d\.json$/;

function checked(pattern: RegExp, key: string): string {
  if (!pattern.test(key)) throw new TypeError(`not a valid object key: ${key}`);
  return key;
}

export const inputKey = ({ taskId, index }: InputKey): string => checked(INPUT, `inputs/${taskId}/${index}`);

export const workKey = ({ lane, taskId, step, unit }: WorkKey): string =>
  checked(WORK, `work/${lane}/${taskId}/${step}/${unit}.json`);

export const outputKey = ({ taskId, step, unit, leaseId, name }: OutputKey): string =>
  checked(OUTPUT, `outputs/${taskId}/${step}/${unit}/${leaseId}/${name}`);

/** The object that starts the making of an archive. */
export const archiveWorkKey = (archiveId: string): string => checked(ARCHIVE_WORK, `work/archive/${archiveId}.json`);

/** An archive, under the lease that wrote it. */
export const archiveKey = ({ archiveId, leaseId }: { archiveId: string; leaseId: string }): string =>
  checked(ARCHIVE, `archives/${archiveId}/${leaseId}.zip`);

/** What comparing a channel's bill of one day (`YYYY-MM-DD`) has shown. */
export const reportKey = ({ channel, day }: { channel: string; day: string }): string =>
  checked(REPORT, `reports/reconciliation/${channel}/${day}.json`);

/** @returns undefined for a key that is not an input of ours. */
export function parseInputKey(key: string): InputKey | undefined {
  const groups = INPUT.exec(key)?.groups;
  return groups && { taskId: groups['taskId']!, index: Number(groups['index']) };
}

/** @returns undefined for a key that is not a work object of ours. */
export function parseWorkKey(key: string): WorkKey | undefined {
  const groups = WORK.exec(key)?.groups;
  if (!groups) return undefined;
  return {
    lane: groups['lane'] === 'image' ? 'image' : 'provider',
    taskId: groups['taskId']!,
    step: groups['step']!,
    unit: groups['unit']!,
  };
}

/** @returns undefined for a key that starts no archive. */
export const parseArchiveWorkKey = (key: string): string | undefined => ARCHIVE_WORK.exec(key)?.groups?.['archiveId'];

/** @returns undefined for a key that is not an output of ours. */
export function parseOutputKey(key: string): OutputKey | undefined {
  const groups = OUTPUT.exec(key)?.groups;
  if (!groups) return undefined;
  return {
    taskId: groups['taskId']!,
    step: groups['step']!,
    unit: groups['unit']!,
    leaseId: groups['leaseId']!,
    name: groups['name']!,
  };
}
