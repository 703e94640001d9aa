import { environmentProblems, PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { openZip, RUNTIMES } from './scf-code.ts';
import { namedLayers } from './scf-layers.ts';
import { type Payload, type ScfState, type Snapshot, text } from './scf-state.ts';

/** "Letters, digits, spaces, commas, newlines and full stops, and Chinese", at most 1000. */
const DESCRIPTION = /^[\p{Script=Han}A-Za-z0-9 ,.\n]{0,1000}$/u;
const HANDLER = /^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z]\.[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z]$/;

const refuse = (code: string, message: string): never => {
  throw new ApiRefusal(code, message);
};

const EMPTY: Snapshot = {
  description: '',
  handler: '',
  runtime: '',
  memoryMb: 128,
  timeoutSeconds: 3,
  initTimeoutSeconds: 65,
  environment: {},
  role: '',
  vpc: { VpcId: '', SubnetId: '' },
  publicNet: { status: 'ENABLE', eip: 'DISABLE' },
  cls: { logsetId: '', topicId: '' },
  ignoreSysLog: false,
  deadLetter: null,
  layers: [],
  zip: Buffer.alloc(0),
};

/** What a request says of configuration, over what was there. @throws ApiRefusal */
export function configured(state: ScfState, payload: Payload, before: Snapshot = EMPTY): Snapshot {
  const number = (name: string, fallback: number) => (payload[name] as number | undefined) ?? fallback; // checked by the model
  const vpc = payload['VpcConfig'] as { VpcId?: string; SubnetId?: string } | undefined;
  const net = payload['PublicNetConfig'] as
    | { PublicNetStatus?: string; EipConfig?: { EipStatus?: string } }
    | undefined; // checked by the model
  const after: Snapshot = {
    ...before,
    description: text(payload, 'Description', before.description),
    memoryMb: number('MemorySize', before.memoryMb),
    timeoutSeconds: number('Timeout', before.timeoutSeconds),
    initTimeoutSeconds: number('InitTimeout', before.initTimeoutSeconds),
    environment: readEnvironment(payload) ?? before.environment,
    role: text(payload, 'Role', before.role),
    vpc: vpc ? { VpcId: vpc.VpcId ?? '', SubnetId: vpc.SubnetId ?? '' } : before.vpc,
    publicNet: {
      status: net?.PublicNetStatus ?? before.publicNet.status,
      eip: net?.EipConfig?.EipStatus ?? before.publicNet.eip,
    },
    cls: {
      logsetId: text(payload, 'ClsLogsetId', before.cls.logsetId),
      topicId: text(payload, 'ClsTopicId', before.cls.topicId),
    },
    deadLetter: readDeadLetter(payload) ?? before.deadLetter,
    ignoreSysLog: (payload['IgnoreSysLog'] as boolean | undefined) ?? before.ignoreSysLog,
    layers: namedLayers(state, payload) ?? before.layers,
  };
  check(after);
  return after;
}

function check({ description, memoryMb, timeoutSeconds, initTimeoutSeconds, environment }: Snapshot): void {
  if (!DESCRIPTION.test(description)) {
    refuse('InvalidParameterValue.Description', 'Description may hold letters, digits, spaces, commas and full stops.');
  }
  if (memoryMb !== 64 && (memoryMb % 128 !== 0 || memoryMb < 128 || memoryMb > 3072)) {
    refuse('InvalidParameterValue.MemorySize', `MemorySize ${memoryMb} is not supported.`);
  }
  if (timeoutSeconds < 1 || timeoutSeconds > 900) refuse('InvalidParameterValue.Timeout', 'Timeout must be 1-900.');
  if (initTimeoutSeconds < 3 || initTimeoutSeconds > PLATFORM_LIMITS.maxInitTimeoutSeconds) {
    refuse('InvalidParameterValue.InitTimeout', 'InitTimeout must be 3-300.');
  }
  const [problem] = environmentProblems(environment);
  if (problem !== undefined) refuse('InvalidParameterValue.Environment', problem);
}

function readDeadLetter(payload: Payload): Snapshot['deadLetter'] {
  const given = payload['DeadLetterConfig'] as { Type: string; Name: string } | undefined; // checked by the model
  return given ? { type: given.Type, name: given.Name } : null;
}

function readEnvironment(payload: Payload): Record<string, string> | null {
  const given = payload['Environment'] as { Variables?: { Key?: string; Value?: string }[] } | undefined;
  if (given === undefined) return null;
  const pairs = (given.Variables ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
  if (new Set(pairs.map(([key]) => key)).size < pairs.length)
    refuse('InvalidParameterValue.Environment', 'A key twice.');
  return Object.fromEntries(pairs);
}

export function checkHandler(handler: string): void {
  if (!HANDLER.test(handler)) refuse('InvalidParameterValue.Handler', `Handler ${handler} is not file.function.`);
}

export function checkRuntime(runtime: string): void {
  if (!RUNTIMES.includes(runtime)) refuse('InvalidParameterValue.Runtime', `Runtime ${runtime} is not supported.`);
}

/** A function of the runtime with these layers may not be larger unpacked than the platform takes, and they must fit it. @throws ApiRefusal */
export function checkWhole({ runtime, zip, layers }: Snapshot): void {
  const unfit = layers.find(({ runtimes }) => !runtimes.includes(runtime));
  if (unfit) refuse('InvalidParameterValue.Layers', `Layer ${unfit.layer} is not made for ${runtime}.`);
  const sizes = [openZip(zip).unpackedBytes, ...layers.map(({ unpackedBytes }) => unpackedBytes)];
  if (sizes.reduce((sum, size) => sum + size, 0) > PLATFORM_LIMITS.unpackedBytes)
    refuse('LimitExceeded.Code', 'Code and layers are over 500 MB unpacked.');
}
