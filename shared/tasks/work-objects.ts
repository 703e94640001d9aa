import { type WorkKey, workKey } from '../cos/keys.ts';
import type { Objects } from '../cos/objects.ts';
import { putWorkObject } from '../cos/put-work-object.ts';
import { type LaneStep, laneOf } from './processor-catalogue.ts';

export interface UnitKey {
  readonly taskId: string;
  readonly step: number;
  readonly unit: number;
}

/** Starts a unit. Writing it again is harmless, since only one worker gets the lease. */
export async function writeWorkObject(
  objects: Objects,
  lane: WorkKey['lane'],
  { taskId, step, unit }: UnitKey,
): Promise<void> {
  await putWorkObject(objects, workKey({ lane, taskId, step: String(step), unit: String(unit) }));
}

/** A lost write is found by the sweeper, so one that fails does not undo what the database has recorded. */
export async function startUnits(
  objects: Objects,
  taskId: string,
  step: number,
  { units, ...at }: LaneStep & { units: number },
): Promise<void> {
  const lane = laneOf(at);
  await Promise.all(Array.from({ length: units }, (_, unit) => writeWorkObject(objects, lane, { taskId, step, unit })));
}
