import type { Plan } from '../features/plan.ts';
import { isResult } from '../features/plan.ts';
import { MediaRefusal } from '../media/media-refusal.ts';
import { refuseObject } from '../moderation/content-refusals.ts';
import { ModerationUnavailable } from '../moderation/moderator.ts';
import { sideBySide } from '../side-by-side.ts';
import type { TaskServices } from './accept-input.ts';
import type { Lease, StoredOutput } from './unit-procedures.ts';

const SIDE_BY_SIDE = 4;

/**
 * Looks at every picture that a unit has made for its merchant, before the unit is finished: nothing is shown that nobody has looked at.
 * One that is refused is recorded and deleted. Texts are not pictures, an engine's film was looked at before it came here
 * (provider/look-at-film.ts), our own films are made of pictures that were, and files for later steps are nobody's to see.
 * @throws MediaRefusal CONTENT_REFUSED; ModerationUnavailable, and the unit is tried again
 */
export async function moderateOutputs(
  { db, objects, moderator }: TaskServices,
  { lease, merchantId, plan }: { lease: Lease; merchantId: string; plan: Plan },
  outputs: readonly StoredOutput[],
  nowMs: number,
): Promise<void> {
  if (!moderator) return;
  const { taskId, step, unit } = lease;
  const pictures = outputs.filter(
    ({ name, contentType }) => contentType.startsWith('image/') && isResult(plan, { step, name }),
  );
  await sideBySide(pictures, SIDE_BY_SIDE, async ({ key, name }, n) => {
    const verdict = await moderator({ key, dataId: `${taskId}-${step}-${unit}-${n}`, nowMs });
    if (verdict.kind === 'uncheckable') throw new ModerationUnavailable(verdict.code);
    if (verdict.kind === 'passed') return;
    await refuseObject({ db, objects }, { key, merchantId, taskId }, verdict, nowMs);
    throw new MediaRefusal('CONTENT_REFUSED', name);
  });
}
