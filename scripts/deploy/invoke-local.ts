import { join } from 'node:path';
import type { Service, ServiceFunction } from '../../infra/serverless/service.ts';
import { buildFunctions } from '../build/build-functions.ts';
import { createScheduler } from '../local/scf/scheduler.ts';
import { startScf } from '../local/scf/start-scf.ts';
import { shiftedClock } from '../local/shifted-clock.ts';
import type { CommandPlace } from './open-deployment.ts';

/**
 * Runs one function's bundle once, on this machine as SCF would. What it calls is whatever the environment names:
 * `SECRETS_ENDPOINT` and the like are handed on, for a function needs them where there is no execution role.
 * @returns its reply as JSON. @throws what the platform would answer
 */
export async function invokeLocal(
  service: Service,
  entry: ServiceFunction,
  event: unknown,
  { root, env, say }: CommandPlace,
): Promise<string> {
  await buildFunctions({ only: [entry.name] });
  const clock = shiftedClock();
  const scheduler = createScheduler(clock);
  const scf = await startScf({
    service: { ...service, functions: [entry] },
    distFolder: join(root, 'dist'),
    clock,
    scheduler,
    environmentOf: () => ({ ...handedOn(env), ...entry.environment }),
    onOutput: (_name, _requestId, chunk) => say(chunk.text.trimEnd()),
  });
  try {
    const result = await scf.invoke(entry.name, event);
    if (!result.ok) throw new Error(`${result.error.statusCode} ${result.error.errorMessage}`);
    return result.replyText;
  } finally {
    scheduler.close();
    await scf.close();
  }
}

const HANDED_ON = /^(SECRETS_ENDPOINT|COS_ENDPOINT|SMS_ENDPOINT|TENCENTCLOUD_(SECRETID|SECRETKEY|SESSIONTOKEN))$/;

const handedOn = (env: CommandPlace['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (HANDED_ON.test(key) && value !== undefined ? [[key, value]] : [])),
  );
