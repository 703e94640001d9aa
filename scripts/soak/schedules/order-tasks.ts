import type { Connection } from 'mysql2/promise';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';
import { merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from '../instances/fault-ground.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { jpegPhoto, PHOTO_BYTES } from '../simulation/photos.ts';

export const UNITS = 3;
export const SETS = 2;
/** What each task costs; where the card says so, a share goes back for each pose that fails alone. */
export const CREDITS = 3;
export const GRANTED = [4, 9] as const;
const CARDS = ['fan_whole', 'fan_shares'] as const;
const CATALOGUE = catalogueWith('tencent-mps:2');

/** Three poses by an engine elsewhere, and what is made of all of them at home, twice. */
const pipelineOf = (card: (typeof CARDS)[number]): string =>
  JSON.stringify([
    {
      ...{ name: 'poses', processor: 'model-try-on', units: UNITS, timeLimitSeconds: 300, attempts: 3 },
      ...{ engines: ['tencent-mps'], inputs: [{ form: 'photos', as: 'garment' }], params: { pose: { unit: true } } },
      ...{ results: ['*'], ...(card === 'fan_shares' && { shareCredits: CREDITS / UNITS }) },
    },
    {
      ...{ name: 'sets', processor: 'basic-clean', units: SETS, timeLimitSeconds: 60, attempts: 2 },
      ...{ inputs: [{ step: 'poses' }], results: ['*'] },
    },
  ]);

export async function addCards(connection: Connection): Promise<void> {
  await connection.query(
    `INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs,
       pipeline_json, outputs_json, position) VALUES ?`,
    [CARDS.map((id) => [id, 1, '', '', 'proof', '', '', CREDITS, 'basic', 1, 1, pipelineOf(id), '[]', 9])],
  );
}

export interface Ordered {
  readonly merchant: string;
  readonly taskIds: readonly string[];
}

/** One to three tasks of a merchant that wait for two places at the engine, their photos on the way. */
export async function orderTasks({ stage, arena }: FaultGround, random: SeededRandom): Promise<Ordered> {
  await stage.plain.query("INSERT INTO engine_slots (engine, slot) VALUES ('tencent-mps', 0), ('tencent-mps', 1)");
  await stage.plain.query('INSERT INTO model_photos (gender, scene, pose, object_key) VALUES ?', [
    Array.from({ length: UNITS }, (_, pose) => ['female', 'street', pose, `models/${pose}.jpg`]),
  ]);
  const merchant = await merchantWith(arena, GRANTED);
  const taskIds: string[] = [];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const asked = { merchantId: merchant, featureId: random.pick(CARDS), requestHash: 'a'.repeat(64) };
    const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: PHOTO_BYTES }];
    const request = { ...asked, inputs, idempotencyKey: `made-${left}`, nowMs: stage.nowMs };
    const { taskId } = await createTask(stage.db, request, CATALOGUE);
    await stage.objects.put(`inputs/${taskId}/0`, jpegPhoto(1), 'image/jpeg');
    taskIds.push(taskId);
  }
  return { merchant, taskIds };
}
