import { type WorkKey, workKey } from '../cos/keys.ts';
import type { Objects } from '../cos/objects.ts';
import { laneOf } from './processor-catalogue.ts';

export interface UnitKey {
  readonly taskId: string;
  readonly step: number;
  readonly unit: number;
}

/**
 * Starts a unit: the object's event invokes the function that does the work. Writing it again is harmless, since only
 * one worker gets the lease. The object says nothing but its key.
 */
export async function writeWorkObject(
  objects: Objects,
  lane: WorkKey['lane'],
  { taskId, step, unit }: UnitKey,
): Promise<void> {
  const key = workKey({ lane, taskId, step: String(step), unit: String(unit) });
  await objects.put(key, Buffer.from('{}'), 'application/json');
}

/** A lost write is found by the sweeper, so one that fails does not undo what the database has recorded. */
export async function startUnits(
  objects: Objects,
  taskId: string,
  step: number,
  { processor, units }: { processor: string; units: number },
): Promise<void> {
  const lane = laneOf(processor);
  await Promise.all(Array.from({ length: units }, (_, unit) => writeWorkObject(objects, lane, { taskId, step, unit })));
}
