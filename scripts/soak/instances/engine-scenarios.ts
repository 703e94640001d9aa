import { create, merchantWith } from '../bursts/arena.ts';
import { jpegPhoto } from '../simulation/photos.ts';
import { timerEvent } from './function-events.ts';
import type { Scenario } from './scenario.ts';
import { takeEvent } from './take-event.ts';

const PLAN = JSON.stringify([
  { processor: 'model-try-on', units: 1, timeLimitSeconds: 300, attempts: 3, engines: ['tencent-mps'] },
]);

/** What the functions about engines do. */
export const engineScenarios: Record<string, Scenario> = {
  // Its engine was taken out of the configuration after the task was ordered: the task fails and is refunded.
  'run-provider-step': {
    prepare: async (ground) => {
      const { stage, arena, call } = ground;
      const { taskId } = await create(stage.db, await merchantWith(arena, [1]));
      await stage.plain.query('UPDATE tasks SET pipeline_json = ? WHERE id = ?', [PLAN, taskId]);
      await stage.objects.put(`inputs/${taskId}/0`, jpegPhoto(1), 'image/jpeg');
      await call('start-task', takeEvent(ground, 'inputs/'));
      return takeEvent(ground, 'work/provider/');
    },
    settles: true,
  },
  'poll-provider-jobs': { prepare: async () => timerEvent('poll-provider-jobs') },
};
