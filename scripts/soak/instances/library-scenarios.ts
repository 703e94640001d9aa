import { deleteAssets } from '../../../shared/library/mark-results.ts';
import { refuseObject } from '../../../shared/moderation/content-refusals.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import { claim, HOUR_MS, merchantWith, outputOf, queuedTask } from '../bursts/arena.ts';
import { jpegPhoto } from '../simulation/photos.ts';
import type { FaultGround } from './fault-ground.ts';
import { type RequestParts, timerEvent } from './function-events.ts';
import type { Scenario } from './scenario.ts';
import { takeEvent } from './take-event.ts';

type AsMerchant = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;

async function succeededTask({ stage, arena }: FaultGround, merchant: string): Promise<string> {
  const lease = await claim(stage.db, await queuedTask(arena, merchant));
  await finishUnit(stage.db, lease, [outputOf(lease)], stage.nowMs);
  stage.events.length = 0;
  return lease.taskId;
}

/** What functions do with results that tasks have made. */
export function libraryScenarios(asMerchant: AsMerchant): Record<string, Scenario> {
  /** An operation on a result that a task has made. */
  const ofResult = (name: string, body: (assetId: string) => object): Scenario => ({
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [1]);
      const taskId = await succeededTask(ground, merchant);
      return asMerchant(ground, merchant, name, { body: body(`${taskId}/0/0/white.jpg`) });
    },
  });

  /** An archive of one result, ordered and not made yet. */
  async function archive(ground: FaultGround): Promise<{ merchant: string; archiveId: string }> {
    const merchant = await merchantWith(ground.arena, [1]);
    const taskId = await succeededTask(ground, merchant);
    for (const { key } of await readOutputs(ground.stage.db, taskId))
      await ground.stage.objects.put(key, jpegPhoto(1), 'image/jpeg');
    const event = await asMerchant(ground, merchant, 'create-archive', {
      body: { assetIds: [`${taskId}/0/0/white.jpg`] },
    });
    const { body } = (await ground.call('create-archive', event)) as { body: string };
    return { merchant, archiveId: (JSON.parse(body) as { data: { archiveId: string } }).data.archiveId };
  }

  return {
    'set-favourite': ofResult('set-favourite', (assetId) => ({ assetId, favourite: true })),
    'delete-assets': ofResult('delete-assets', (assetId) => ({ assetIds: [assetId] })),
    'restore-assets': ofResult('restore-assets', (assetId) => ({ assetIds: [assetId] })),
    'create-archive': {
      ...ofResult('create-archive', (assetId) => ({ assetIds: [assetId] })),
      settles: true,
    },
    'get-archive': {
      prepare: async (ground) => {
        const { merchant, archiveId } = await archive(ground);
        return asMerchant(ground, merchant, 'get-archive', { query: { archiveId } });
      },
    },
    'build-archive': {
      prepare: async (ground) => {
        await archive(ground);
        return takeEvent(ground, 'work/archive/');
      },
      settles: true,
    },
    'sweep-library': {
      prepare: async (ground) => {
        const { db, nowMs, objects } = ground.stage;
        const merchant = await merchantWith(ground.arena, [2]);
        for (const _ of [1, 2]) {
          const taskId = await succeededTask(ground, merchant);
          await deleteAssets(db, merchant, [`${taskId}/0/0/white.jpg`], nowMs - 8 * 24 * HOUR_MS);
          for (const { key } of await readOutputs(db, taskId)) await objects.put(key, jpegPhoto(1), 'image/jpeg');
        }
        const refusal = {
          kind: 'refused',
          suggestion: 'Block',
          label: 'Ad',
          subLabel: '',
          score: 9,
          requestId: '',
        } as const;
        const photo = { key: 'inputs/refused/0', merchantId: merchant, taskId: '' };
        await refuseObject({ db, objects }, photo, refusal, nowMs - HOUR_MS);
        // As when its worker had died before it deleted the object.
        await ground.stage.plain.query('UPDATE content_refusals SET remove_at = created_at');
        return timerEvent('sweep-library');
      },
      timeless: true,
    },
  };
}
