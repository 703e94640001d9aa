import type { TestBuild } from '../instances/build-test-functions.ts';
import type { FaultGround } from '../instances/fault-ground.ts';
import { judgeAnswer } from '../instances/judge-answer.ts';
import { loadInstance } from '../instances/load-instance.ts';
import { type Outcome, type Recovered, recover } from '../instances/recover.ts';
import { SCENARIOS } from '../instances/scenarios.ts';
import type { Cut, CuttingProxy, Exchange } from './cutting-proxy.ts';

export interface Cutting {
  readonly build: TestBuild;
  readonly proxy: CuttingProxy;
  readonly ground: FaultGround;
}

/** A run without a cut, and what was said in it. */
export interface Uncut extends Outcome {
  readonly exchanges: readonly Exchange[];
}

/** A half-open connection is given up after this part of the product's own time limit. */
const HASTE = 10;

/** Calls a cold instance over the proxy, cuts it, and asks the same instance again as its caller would. */
export async function cutOnce(
  cutting: Cutting,
  name: string,
  cut: Cut | null,
  uncut?: Uncut,
): Promise<Uncut & Recovered> {
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
  const answer = await call();
  haste = 1;
  const exchanges = [...proxy.exchanges()];
  const problems = cut && !proxy.hasCut() ? ['nothing was cut'] : [];
  const afterwards = { call, whenAnswered: () => leaveProxy(cutting) };
  const recovered = await recover(ground, name, { event, first: answer, ...afterwards }, uncut);
  return { exchanges, ...recovered, problems: [...problems, ...recovered.problems] };
}

/** What comes afterwards is done over the server's own socket. */
function leaveProxy({ proxy, ground: { stage } }: Cutting): void {
  proxy.arm(null);
  stage.putDatabaseAt(stage.server);
}
