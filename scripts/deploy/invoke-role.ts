import type { ScfCall } from '../../infra/deploy/scf-call.ts';
import type { Service } from '../../infra/serverless/service.ts';
import type { RoleResult } from '../../shared/invoke/role-function.ts';
import { type DeploymentOptions, openDeployment } from './open-deployment.ts';

/** The function was reached and refused or failed; the message is its own. */
export class RoleCallFailed extends Error {
  override readonly name = 'RoleCallFailed';
}

/**
 * Calls a function that only a role of the account reaches, in the version that serves. @returns its result
 * @throws RoleCallFailed; the SDK's exception when it is not deployed or the account cannot be reached
 */
export async function invokeRole(call: ScfCall, service: Service, name: string, event: object): Promise<unknown> {
  const entry = service.functions.find((one) => one.name === name);
  if (!entry) throw new RangeError(`${name} is no function of serverless.yml`);
  const { Result } = await call('InvokeFunction', {
    FunctionName: name,
    Namespace: entry.namespace,
    Qualifier: '$DEFAULT',
    Event: JSON.stringify(event),
  });
  const answer = readAnswer(Result?.RetMsg ?? '');
  if (Result?.ErrMsg) throw new RoleCallFailed(`${name}: ${messageOf(answer) ?? Result.ErrMsg}`);
  if (!isRoleResult(answer)) throw new RoleCallFailed(`${name}: ${messageOf(answer) ?? 'the answer is none of ours'}`);
  if (!answer.ok) throw new RoleCallFailed(`${name}: ${answer.problems.join('; ')}`);
  return answer.result;
}

/** Calls one of a stage's own functions, inside its VPC. `Result`: what it answers in this release. */
export function roleCaller<Result>(place: DeploymentOptions, name: string): (event: object) => Promise<Result> {
  const { service, call } = openDeployment(place);
  return async (event) => (await invokeRole(call(), service, name, event)) as Result;
}

function readAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isRoleResult = (value: unknown): value is RoleResult => isRecord(value) && typeof value['ok'] === 'boolean';

/** Of what a thrown error leaves in RetMsg: `{"errorCode":…,"errorMessage":…,"stackTrace":…}`, or the message alone. */
function messageOf(answer: unknown): string | undefined {
  const message = isRecord(answer) ? answer['errorMessage'] : answer;
  return typeof message === 'string' && message !== '' ? message : undefined;
}
