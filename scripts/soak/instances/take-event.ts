import type { CosEvent } from '../../local/cos/cos-event.ts';
import type { FaultGround } from './fault-ground.ts';

/** The newest event under the prefix, which then nobody else delivers. */
export function takeEvent(ground: FaultGround, prefix: string): CosEvent {
  const at = ground.stage.events.findLastIndex(({ key }) => key.startsWith(prefix));
  const [taken] = at < 0 ? [] : ground.stage.events.splice(at, 1);
  if (!taken) throw new Error(`no event of ${prefix}`);
  return taken.event;
}
