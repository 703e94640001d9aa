import { createHash } from 'node:crypto';
import type { Service, ServiceFunction } from '../serverless/service.ts';
import type { DesiredLayer, FunctionPackage, PackagedFunction } from './package-function.ts';
import type { ScfRequest } from './scf-call.ts';

/** The alias that all traffic goes through: triggers and the domain name it, and a release moves it. */
export const LIVE = '$DEFAULT';

/** The part of a function that a published version freezes, as UpdateFunctionConfiguration takes it. */
export type Configuration = Required<
  Pick<ScfRequest<'UpdateFunctionConfiguration'>, 'MemorySize' | 'Timeout' | 'InitTimeout' | 'Environment' | 'Role'>
> &
  Pick<
    ScfRequest<'UpdateFunctionConfiguration'>,
    'VpcConfig' | 'PublicNetConfig' | 'ClsLogsetId' | 'ClsTopicId' | 'DeadLetterConfig'
  > & {
    readonly IgnoreSysLog: boolean;
  };

export interface DesiredTrigger {
  readonly type: 'http' | 'cos' | 'timer';
  readonly name: string;
  /** JSON without spaces, or a cron. */
  readonly description: string;
  /** A timer's message. */
  readonly argument: string;
}

/** Everything that one function is to be; pure data but for the code, which is packed when it is sent. */
export interface DesiredFunction {
  readonly name: string;
  readonly namespace: string;
  readonly description: string;
  readonly runtime: string;
  readonly handler: string;
  readonly configuration: Configuration;
  readonly code: FunctionPackage;
  /** Published before it, in the order in which they are laid over each other. */
  readonly layers: readonly DesiredLayer[];
  readonly triggers: readonly DesiredTrigger[];
  readonly asyncInvoke: { readonly retries: number; readonly maxAgeSeconds: number } | null;
  /** MB; null: none reserved. */
  readonly reservedMb: number | null;
  /** Of code, layers and configuration. */
  readonly versionHash: string;
  /** Of everything. */
  readonly hash: string;
}

export interface LogTopic {
  readonly logsetId: string;
  readonly topicId: string;
}

/** What `serverless.yml` and the built code ask for, in the platform's terms. */
export function desiredFunction(
  service: Service,
  entry: ServiceFunction,
  { code, layers }: PackagedFunction,
  logTopic: LogTopic | null = null,
): DesiredFunction {
  const configuration = configurationOf(service, entry, logTopic);
  const { name, namespace, description, handler } = entry;
  const { runtime } = service;
  const hasEvents = entry.cos.length + entry.timers.length > 0;
  const inLayers = layers.map((layer) => [layer.name, layer.code.hash]);
  const version = {
    ...{ name, namespace, runtime, handler, configuration, code: code.hash },
    ...(layers.length > 0 && { layers: inLayers }),
  };
  const outside = {
    description,
    triggers: triggersOf(service, entry),
    asyncInvoke: hasEvents ? entry.asyncInvoke : null,
    reservedMb: entry.reservedConcurrency === null ? null : entry.reservedConcurrency * entry.memoryMb,
  };
  return {
    name,
    namespace,
    runtime,
    handler,
    configuration,
    code,
    layers,
    ...outside,
    versionHash: shortHash(version),
    hash: shortHash({ version, outside }),
  };
}

function configurationOf(service: Service, entry: ServiceFunction, logTopic: LogTopic | null): Configuration {
  const variables = Object.entries(entry.environment)
    .filter(([, value]) => value !== '')
    .map(([Key, Value]) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));
  return {
    MemorySize: entry.memoryMb,
    Timeout: entry.timeoutSeconds,
    InitTimeout: entry.initTimeoutSeconds,
    Environment: { Variables: variables },
    Role: entry.role ?? '',
    // The database is in the VPC; WeChat, SMS and the secrets manager are outside.
    ...(service.vpc && {
      VpcConfig: { VpcId: service.vpc.vpcId, SubnetId: service.vpc.subnetId },
      PublicNetConfig: { PublicNetStatus: 'ENABLE', EipConfig: { EipStatus: 'DISABLE' } },
    }),
    ...(logTopic && { ClsLogsetId: logTopic.logsetId, ClsTopicId: logTopic.topicId }),
    ...(entry.deadLetter && { DeadLetterConfig: { Type: entry.deadLetter.type, Name: entry.deadLetter.name } }),
    IgnoreSysLog: entry.ignoreSysLog,
  };
}

export const URL_TRIGGER = 'function-url';

function triggersOf({ region }: Service, { http, cos, timers }: ServiceFunction): DesiredTrigger[] {
  const triggers: DesiredTrigger[] = [];
  if (http) {
    const NetConfig = { EnableIntranet: http.intranet, EnableExtranet: http.extranet };
    const description = JSON.stringify({ AuthType: http.authType, NetConfig });
    triggers.push({ type: 'http', name: URL_TRIGGER, description, argument: '' });
  }
  for (const { bucket, events, prefix, suffix } of cos) {
    const description = JSON.stringify({ event: events, filter: { Prefix: prefix, Suffix: suffix } });
    triggers.push({ type: 'cos', name: `${bucket}.cos.${region}.myqcloud.com`, description, argument: '' });
  }
  for (const { name, cron, message } of timers) {
    triggers.push({ type: 'timer', name, description: cron, argument: message });
  }
  return triggers;
}

const shortHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
