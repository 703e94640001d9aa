import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { CAM_ACTIONS, type CamState, emptyCam } from './cam-actions.ts';
import { checkPayload } from './check-payload.ts';
import { CLS_ACTIONS, emptyLogs, type LogsState } from './cls-actions.ts';
import { type InvokeDeployed, invokeFunction } from './invoke-function.ts';
import { readSdkModels } from './read-sdk-models.ts';
import { FUNCTION_ACTIONS } from './scf-functions.ts';
import { LAYER_ACTIONS } from './scf-layers.ts';
import { emptyScf, type Payload, type ScfState } from './scf-state.ts';
import { TRIGGER_ACTIONS } from './scf-triggers.ts';
import { emptySite, SITE_ACTIONS, type SiteState } from './site-actions.ts';
import { type SecretsState, SSM_ACTIONS } from './ssm-actions.ts';

/** What befalls a call: refused with Tencent's code, cut off before it was carried out, or its answer lost after. */
export type Fault = { readonly refuse: string } | 'cut-before' | 'cut-after';

export interface AccountCall {
  readonly service: string;
  readonly action: string;
  readonly payload: Payload;
}

export interface AccountOptions {
  readonly nowMs: () => number;
  readonly region?: string;
  readonly takesMs?: number;
  readonly readObject?: ScfState['readObject'];
  /** Runs what `InvokeFunction` asks for, out of the zip that serves; default: the account refuses it. */
  readonly invoke?: InvokeDeployed;
  readonly fault?: (call: AccountCall, number: number) => Fault | undefined;
}

/** What startTencentApi asks of whoever plays more services. */
export interface Account {
  readonly scf: ScfState;
  readonly cam: CamState;
  readonly secrets: SecretsState;
  readonly logs: LogsState;
  readonly site: SiteState;
  /** Every call that reached it, refused ones too. */
  readonly calls: readonly AccountCall[];
  /** How many were refused for their rate. */
  readonly throttled: () => number;
  /** Service by API version. */
  readonly services: Readonly<Record<string, string>>;
  readonly act: (call: AccountCall) => Payload | Promise<Payload>;
}

/** The connection ends without an answer. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

const VERSIONS: Readonly<Record<string, string>> = {
  scf: 'v20180416',
  cam: 'v20190116',
  ssm: 'v20190923',
  cls: 'v20201016',
  vpc: 'v20170312',
  ssl: 'v20191205',
  sms: 'v20210111',
};
/** Of each action (tencentcloud.com/document/api/583/34415 and its neighbours). */
const CALLS_PER_SECOND = 20;

/**
 * A Tencent account that keeps its state: what is created, updated and deleted stays so, takes its time, and is refused
 * when it conflicts. Requests and answers are held against the models of the installed SDK.
 */
export function createAccount(options: AccountOptions): Account {
  const { nowMs, region = 'ap-guangzhou', takesMs = 1500, readObject = () => null, invoke, fault } = options;
  const scf = emptyScf({ nowMs, region, readObject, takesMs });
  const cam = emptyCam();
  const secrets: SecretsState = new Map();
  const logs = emptyLogs();
  const site = emptySite();
  const calls: AccountCall[] = [];
  let throttled = 0;
  const recent = new Map<string, number[]>();
  const handlers: Readonly<Record<string, (payload: Payload) => Payload | Promise<Payload>>> = Object.fromEntries([
    ...Object.entries({ ...FUNCTION_ACTIONS, ...LAYER_ACTIONS, ...TRIGGER_ACTIONS }).map(
      ([name, action]) => [`scf ${name}`, (payload: Payload) => action(scf, payload)] as const,
    ),
    ...(invoke ? [['scf InvokeFunction', (payload: Payload) => invokeFunction(scf, payload, invoke)] as const] : []),
    ...Object.entries(CAM_ACTIONS).map(
      ([name, action]) => [`cam ${name}`, (payload: Payload) => action(cam, payload)] as const,
    ),
    ...Object.entries(SSM_ACTIONS).map(
      ([name, action]) => [`ssm ${name}`, (payload: Payload) => action(secrets, payload)] as const,
    ),
    ...Object.entries(CLS_ACTIONS).map(
      ([name, action]) => [`cls ${name}`, (payload: Payload) => action(logs, payload)] as const,
    ),
    ...Object.entries(SITE_ACTIONS).map(
      ([name, action]) => [name, (payload: Payload) => action(site, payload)] as const,
    ),
  ]);

  const act: Account['act'] = (call) => {
    const { service, action, payload } = call;
    calls.push(call);
    if (isTooFast(recent, `${service} ${action}`, nowMs())) {
      throttled += 1;
      throw new ApiRefusal('RequestLimitExceeded', 'Your current request times exceed the limit of 20 a second.');
    }
    const handler = Object.hasOwn(handlers, `${service} ${action}`) ? handlers[`${service} ${action}`] : undefined;
    const version = VERSIONS[service];
    if (!handler || version === undefined)
      throw new ApiRefusal('InvalidAction', `The action ${action} does not exist.`);
    const models = readSdkModels(service, version);
    const struck = fault?.(call, calls.length);
    if (struck === 'cut-before') throw new AnswerLost();
    if (typeof struck === 'object') throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
    checkPayload(models, `${action}Request`, payload);
    const answered = (answer: Payload): Payload => {
      checkAnswer(models, action, answer);
      if (struck === 'cut-after') throw new AnswerLost();
      return answer;
    };
    const answer = handler(payload);
    return answer instanceof Promise ? answer.then(answered) : answered(answer);
  };
  const services = {
    ...{ '2018-04-16': 'scf', '2019-01-16': 'cam', '2019-09-23': 'ssm', '2020-10-16': 'cls' },
    ...{ '2017-03-12': 'vpc', '2019-12-05': 'ssl', '2021-01-11': 'sms' },
  };
  return { scf, cam, secrets, logs, site, calls, throttled: () => throttled, services, act };
}

function isTooFast(recent: Map<string, number[]>, key: string, nowMs: number): boolean {
  const within = (recent.get(key) ?? []).filter((atMs) => atMs > nowMs - 1000);
  const tooFast = within.length >= CALLS_PER_SECOND;
  recent.set(key, tooFast ? within : [...within, nowMs]);
  return tooFast;
}

/** An answer that the SDK does not describe is a mistake of this stand-in. */
function checkAnswer(models: ReturnType<typeof readSdkModels>, action: string, answer: Payload): void {
  try {
    const known = models.get(`${action}Response`) ?? [];
    const stray = Object.keys(answer).find((name) => !known.some((field) => field.name === name));
    if (stray !== undefined) throw new Error(`${stray} is no field of ${action}Response`);
  } catch (error) {
    throw new Error(`the stand-in's answer to ${action}: ${(error as Error).message}`, { cause: error });
  }
}
