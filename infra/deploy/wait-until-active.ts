import type { Timing } from './paced-call.ts';
import type { ScfCall } from './scf-call.ts';

/** The platform usually takes a second or two: asked again at 0.7, 1.05, 1.4, … s, and ever less often after that. */
const FIRST_POLL_MS = 700;
const POLL_MS = 350;
const SLOWER = 4;
const LIMIT_MS = 5 * 60_000;

export interface FunctionPlace {
  readonly name: string;
  readonly namespace: string;
}

/** The platform could not make of a function or a layer what was asked. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

/**
 * Waits for the end of whatever the platform does with a function, or with one of its versions, and answers it.
 * @throws FunctionFailed when it ended badly, or after five minutes
 */
export function waitUntilActive(call: ScfCall, place: FunctionPlace, timing: Timing, version = '$LATEST') {
  const { name, namespace } = place;
  const at = { FunctionName: name, Namespace: namespace, Qualifier: version, ShowCode: 'FALSE' };
  return waitFor(`${namespace}/${name}`, timing, () => call('GetFunction', at));
}

/** The same of a version of a layer. */
export function waitUntilLayerActive(
  call: ScfCall,
  timing: Timing,
  layer: { LayerName: string; LayerVersion: number },
) {
  return waitFor(`${layer.LayerName} version ${layer.LayerVersion}`, timing, () => call('GetLayerVersion', layer));
}

interface Found {
  readonly Status?: string;
  readonly StatusDesc?: string;
  readonly StatusReasons?: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
}

async function waitFor<T extends Found>(what: string, timing: Timing, read: () => Promise<T>): Promise<T> {
  const beganMs = timing.nowMs();
  for (;;) {
    const found = await read();
    const { Status = '', StatusDesc = '', StatusReasons = [] } = found;
    if (Status === 'Active') return found;
    if (/Failed$/.test(Status)) {
      const reasons = StatusReasons.map(({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`).join('; ');
      throw new FunctionFailed(`${what} is ${Status} ${reasons || StatusDesc}`.trim());
    }
    const waitedMs = timing.nowMs() - beganMs;
    if (waitedMs >= LIMIT_MS) {
      throw new FunctionFailed(`${what} is still ${Status} after ${LIMIT_MS / 60_000} minutes`);
    }
    await timing.sleep(waitedMs < FIRST_POLL_MS ? FIRST_POLL_MS : Math.max(POLL_MS, waitedMs / SLOWER));
  }
}
