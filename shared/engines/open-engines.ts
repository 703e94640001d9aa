import type { Database } from '../db/database.ts';
import type { Engine } from './engine.ts';
import { REMOTE_ENGINES, type RemoteEngine, readEngines } from './read-engines.ts';
import { type AiartClient, tencentAiart } from './tencent-aiart.ts';
import { tencentCi } from './tencent-ci.ts';
import { type TencentPlace, tencentMps } from './tencent-mps.ts';
import { tencentVclm } from './tencent-vclm.ts';

/** An engine of this deployment, and how many jobs it may have at once. */
export interface OpenEngine extends Engine {
  readonly places: number;
}

/** The engines elsewhere that AI_ENGINES names, ready to be asked. `aiart`: who asks it, where anything is submitted. */
export function openEngines(
  names: string | undefined,
  place: TencentPlace,
  db: Database,
  aiart?: AiartClient,
): readonly OpenEngine[] {
  const make = {
    'tencent-mps': () => tencentMps(place, db),
    'tencent-vclm': () => tencentVclm(place),
    'tencent-ci': () => tencentCi(place),
    'tencent-aiart': () => tencentAiart(place, db, aiart),
  } satisfies Readonly<Record<RemoteEngine, () => Engine>>;
  const isRemote = (name: string): name is RemoteEngine => REMOTE_ENGINES.some((one) => one === name);
  return [...readEngines(names)].flatMap(([name, places]) => (isRemote(name) ? [{ ...make[name](), places }] : []));
}
