import { unzipSync } from 'fflate';
import { environmentProblems, PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { type Payload, type ScfState, type Snapshot, text } from './scf-state.ts';

const RUNTIMES = ['Nodejs16.13', 'Nodejs18.15', 'Nodejs20.19'];
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
  publicNet: 'ENABLE',
  cls: { logsetId: '', topicId: '' },
  ignoreSysLog: false,
  deadLetter: null,
  zip: Buffer.alloc(0),
};

/** What a request says of configuration, over what was there. @throws ApiRefusal */
export function configured(payload: Payload, before: Snapshot = EMPTY): Snapshot {
  const number = (name: string, fallback: number) => (payload[name] as number | undefined) ?? fallback; // checked by the model
  const vpc = payload['VpcConfig'] as { VpcId?: string; SubnetId?: string } | undefined;
  const net = payload['PublicNetConfig'] as { PublicNetStatus?: string } | undefined;
  const after: Snapshot = {
    ...before,
    description: text(payload, 'Description', before.description),
    memoryMb: number('MemorySize', before.memoryMb),
    timeoutSeconds: number('Timeout', before.timeoutSeconds),
    initTimeoutSeconds: number('InitTimeout', before.initTimeoutSeconds),
    environment: readEnvironment(payload) ?? before.environment,
    role: text(payload, 'Role', before.role),
    vpc: vpc ? { VpcId: vpc.VpcId ?? '', SubnetId: vpc.SubnetId ?? '' } : before.vpc,
    publicNet: net?.PublicNetStatus ?? before.publicNet,
    cls: {
      logsetId: text(payload, 'ClsLogsetId', before.cls.logsetId),
      topicId: text(payload, 'ClsTopicId', before.cls.topicId),
    },
    deadLetter: readDeadLetter(payload) ?? before.deadLetter,
    ignoreSysLog: (payload['IgnoreSysLog'] as boolean | undefined) ?? before.ignoreSysLog,
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

/** The zip that a request carries or points to. Its archive must open and hold the handler's file at its root. */
export function readCode(state: ScfState, code: Payload, handler: string, mostBytes: number): Buffer {
  const zip = typeof code['ZipFile'] === 'string' ? decode(code['ZipFile'], mostBytes) : fromCos(state, code);
  let names: string[] = [];
  try {
    const sizes: number[] = [];
    unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        sizes.push(originalSize);
        return false;
      },
    });
    if (sizes.reduce((sum, size) => sum + size, 0) > 500 * 1024 * 1024) {
      refuse('LimitExceeded.Code', 'The code is over 500 MB unpacked.');
    }
  } catch (error) {
    if (error instanceof ApiRefusal) throw error;
    names = refuse('InvalidParameterValue.ZipFile', 'The code is no zip.');
  }
  const file = `${handler.split('.')[0]}.js`;
  if (!names.includes(file)) refuse('InvalidParameterValue.Code', `The code holds no ${file} at its root.`);
  return zip;
}

function decode(base64: string, mostBytes: number): Buffer {
  const zip = Buffer.from(base64, 'base64');
  if (base64.length > mostBytes) refuse('LimitExceeded.ZipFile', `ZipFile is over ${mostBytes} bytes.`);
  return zip;
}

function fromCos(state: ScfState, code: Payload): Buffer {
  const [bucket, key] = [text(code, 'CosBucketName'), text(code, 'CosObjectName')];
  if (bucket === '' || key === '')
    return refuse('InvalidParameterValue.Code', 'The code is neither in ZipFile nor in COS.');
  if (/-\d{10}$/.test(bucket))
    return refuse('InvalidParameterValue.CosBucketName', 'CosBucketName is without the AppId.');
  const region = text(code, 'CosBucketRegion', state.region);
  const zip = region === state.region ? state.readObject(bucket, key.replace(/^\//, '')) : null;
  return zip ?? refuse('InvalidParameterValue.CosObjectName', `The object ${bucket}${key} does not exist.`);
}
