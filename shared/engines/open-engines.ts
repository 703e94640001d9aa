import type { Database } from '../db/database.ts';
import type { Engine } from './engine.ts';
import { readEngines } from './read-engines.ts';
import { type AiartClient, tencentAiart } from './tencent-aiart.ts';
import { tencentCi } from './tencent-ci.ts';
import { type TencentPlace, tencentMps } from './tencent-mps.ts';
import { tencentVclm } from './tencent-vclm.ts';

/** An engine of this deployment, and how many jobs it may have at once. */
export interface OpenEngine extends Engine {
  readonly places: number;
}

/** The engines that AI_ENGINES names, ready to be asked. `aiart`: who asks it, where anything is submitted. */
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
  };
  return [...readEngines(names)].map(([name, places]) => ({ ...make[name](), places }));
}
