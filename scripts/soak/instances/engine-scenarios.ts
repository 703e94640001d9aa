import { create, merchantWith } from '../bursts/arena.ts';
import { jpegPhoto } from '../simulation/photos.ts';
import type { FaultGround } from './fault-ground.ts';
import { timerEvent } from './function-events.ts';
import type { Scenario } from './scenario.ts';
import { takeEvent } from './take-event.ts';

const PLAN = JSON.stringify([
  {
    ...{ processor: 'model-try-on', units: 2, timeLimitSeconds: 300, attempts: 5, engines: ['tencent-mps'] },
    ...{ inputs: [{ form: 'photo', as: 'garment' }], params: { pose: { unit: true } } },
  },
]);
const FORM = JSON.stringify({ values: {}, photos: { photo: [0] } });

/** A try-on of two poses that an engine is to be asked for. */
async function ordered(ground: FaultGround): Promise<void> {
  const { stage, arena, call } = ground;
  const { taskId } = await create(stage.db, await merchantWith(arena, [1]));
  await stage.plain.query('UPDATE tasks SET pipeline_json = ?, form_json = ? WHERE id = ?', [PLAN, FORM, taskId]);
  await stage.plain.query("REPLACE INTO engine_slots (engine, slot) VALUES ('tencent-mps', 0), ('tencent-mps', 1)");
  await stage.plain.query(
    `REPLACE INTO model_photos (gender, scene, pose, object_key)
     VALUES ('female', 'street', 0, 'models/0.jpg'), ('female', 'street', 1, 'models/1.jpg')`,
  );
  await stage.objects.put(`inputs/${taskId}/0`, jpegPhoto(1), 'image/jpeg');
  await call('start-task', takeEvent(ground, 'inputs/'));
}

/** Each attempt has a row of its own, and those of killed workers stay; places and the breaker are nobody's. */
const ATTEMPTS = ['provider_jobs', 'engine_slots', 'engine_breakers', 'engine_queue', 'model_photos'];

/** What the functions about engines do, with an engine that really works: one result and one charge, whoever is killed when. */
export const engineScenarios: Record<string, Scenario> = {
  'run-provider-step': {
    prepare: async (ground) => {
      await ordered(ground);
      return takeEvent(ground, 'work/provider/');
    },
    settles: true,
    ignores: ATTEMPTS,
  },
  'poll-provider-jobs': {
    prepare: async (ground) => {
      await ordered(ground);
      await ground.call('run-provider-step', takeEvent(ground, 'work/provider/'));
      ground.stage.nowMs += 10_000;
      return timerEvent('poll-provider-jobs');
    },
    settles: true,
    ignores: ATTEMPTS,
  },
};
