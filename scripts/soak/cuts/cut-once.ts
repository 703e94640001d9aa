import type { TestBuild } from '../instances/build-test-functions.ts';
import type { FaultGround } from '../instances/fault-ground.ts';
import { type Answer, judgeAnswer } from '../instances/judge-answer.ts';
import { loadInstance } from '../instances/load-instance.ts';
import { compareStates, type ProductState } from '../instances/product-state.ts';
import { SCENARIOS, type Scenario } from '../instances/scenarios.ts';
import type { Cut, CuttingProxy } from './cutting-proxy.ts';

export interface Cutting {
  readonly build: TestBuild;
  readonly proxy: CuttingProxy;
  readonly ground: FaultGround;
}

/** What a run without a cut came to: every other run is held against it. */
export interface Uncut {
  readonly exchanges: readonly string[];
  readonly answer: Answer;
  readonly state: ProductState;
}

export interface CutResult extends Uncut {
  readonly problems: readonly string[];
  /** From the cut to the next success; undefined when the function did not need to be asked again. */
  readonly recoveryMs: number | undefined;
}

/** A half-open connection is given up after this part of the product's own time limit. */
const HASTE = 20;
const TRIES = 3;
const TRY_AGAIN_MS = 20_000;

/** Calls a cold instance over the proxy, cuts it, and asks the same instance again as its caller would. */
export async function cutOnce(cutting: Cutting, name: string, cut: Cut | null, uncut?: Uncut): Promise<CutResult> {
  const { build, proxy, ground } = cutting;
  const { stage } = ground;
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`${name} has no scenario`);
  await ground.begin();
  const event = await scenario.prepare(ground);
  const connection = { host: '127.0.0.1', port: proxy.port, user: 'root', password: '', database: 'app' };
  stage.putDatabaseAt(connection);
  proxy.arm(cut);
  let haste = cut?.kind === 'halfOpen' ? HASTE : 1;
  const main = loadInstance(build.fileOf(name), {
    ...{ clock: () => stage.nowMs, environment: stage.environment, write: () => undefined },
    haste: () => haste,
  });
  const call = () => judgeAnswer(name, main(event, { request_id: 'req-cut' }));
  let answer = await call();
  haste = 1;
  const exchanges = [...proxy.exchanges()];
  const problems: string[] = [];
  if (cut && !proxy.hasCut()) problems.push('nothing was cut');
  const cutAtMs = performance.now();
  const needed = answer.kind === 'later';
  for (let tries = 0; answer.kind === 'later' && tries < TRIES; tries++) {
    if (!('httpMethod' in event)) stage.nowMs += TRY_AGAIN_MS;
    answer = await call();
  }
  const recoveryMs = needed ? performance.now() - cutAtMs : undefined;
  proxy.arm(null);
  stage.putDatabaseAt(stage.server);
  if (scenario.settles) problems.push(...(await ground.settle()));
  problems.push(...(await ground.audit()));
  const state = await ground.state(scenario.settles === true);
  problems.push(...judge(answer, state, needed, scenario, uncut));
  return { exchanges, answer, state, problems, recoveryMs };
}

function judge(answer: Answer, state: ProductState, needed: boolean, scenario: Scenario, uncut?: Uncut): string[] {
  const { spent } = scenario;
  if (needed && spent && answer.kind === 'refused' && answer.code === spent.code) {
    return uncut ? compareStates(state, uncut.state, spent.marks) : [];
  }
  if (answer.kind !== 'done') return [`the answer at last was ${JSON.stringify(answer)}`];
  if (!uncut) return [];
  const expected = JSON.stringify(uncut.answer);
  const found = JSON.stringify(answer);
  return [
    ...(found === expected ? [] : [`answered ${found} instead of ${expected}`]),
    ...compareStates(state, uncut.state),
  ];
}
