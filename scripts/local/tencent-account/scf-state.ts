import { ApiRefusal } from '../tencent-api/api-refusal.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** Code and configuration: what a published version freezes. */
export interface Snapshot {
  readonly description: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly initTimeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: string;
  readonly vpc: { readonly VpcId: string; readonly SubnetId: string };
  readonly publicNet: { readonly status: string; readonly eip: string };
  readonly cls: { readonly logsetId: string; readonly topicId: string };
  readonly ignoreSysLog: boolean;
  readonly deadLetter: { readonly type: string; readonly name: string } | null;
  /** In their order; one that was deleted since stays with whoever names it. */
  readonly layers: readonly LayerVersion[];
  readonly zip: Buffer;
}

/** A state that lasts until `untilMs`, and the one that follows. */
export interface Status {
  readonly during: string;
  readonly untilMs: number;
  readonly after: string;
}

export interface Version {
  readonly number: string;
  readonly snapshot: Snapshot;
  /** PublishVersion's own. */
  readonly description: string;
  readonly status: Status;
}

/** One version of a layer of the region. */
export interface LayerVersion {
  readonly layer: string;
  readonly number: number;
  readonly runtimes: readonly string[];
  readonly description: string;
  readonly status: Status;
  readonly zip: Buffer;
  readonly unpackedBytes: number;
}

export interface Trigger {
  readonly type: string;
  readonly name: string;
  /** As it was given; a timer's is answered as `{"cron":"…"}`. */
  readonly description: string;
  readonly argument: string;
  readonly qualifier: string;
  readonly isOpen: boolean;
}

export interface ScfFunction {
  readonly name: string;
  readonly namespace: string;
  latest: Snapshot;
  status: Status;
  readonly versions: Version[];
  readonly aliases: Map<string, string>;
  readonly triggers: Trigger[];
  reservedMb: number;
  async: { retries: number; maxAgeSeconds: number };
}

export interface Domain {
  readonly name: string;
  readonly protocol: string;
  readonly certificateId: string | null;
  readonly waf: unknown;
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly Namespace: string;
  readonly FunctionName: string;
  readonly Qualifier: string;
  readonly PathMatch: string;
}

/** One account's SCF in one region. */
export interface ScfState {
  readonly nowMs: () => number;
  readonly region: string;
  readonly namespaces: Set<string>;
  readonly functions: ScfFunction[];
  readonly domains: Map<string, Domain>;
  /** By name; numbers are never given twice. */
  readonly layers: Map<string, { published: number; versions: LayerVersion[] }>;
  /** Whether a layer's version that a function names may be deleted; the documents allow it and list an error for it. */
  layersInUse: 'deleted' | 'refused';
  /** What the account was given: `default` is one of the namespaces. */
  mostNamespaces: number;
  regionMb: number;
  /** Code that lies in COS. */
  readonly readObject: (bucketName: string, key: string) => Buffer | null;
  /** How long the platform takes to create, update or publish. */
  readonly takesMs: number;
}

export function emptyScf(options: Pick<ScfState, 'nowMs' | 'region' | 'readObject' | 'takesMs'>): ScfState {
  const quotas = { mostNamespaces: 5, regionMb: 128_000, layersInUse: 'deleted' as const };
  const empty = { namespaces: new Set(['default']), functions: [], domains: new Map(), layers: new Map() };
  return { ...options, ...quotas, ...empty };
}

export const statusNow = (state: ScfState, { during, untilMs, after }: Status): string =>
  state.nowMs() < untilMs ? during : after;

export const begin = (state: ScfState, during: string, after = 'Active'): Status => ({
  during,
  untilMs: state.nowMs() + state.takesMs,
  after,
});

export const text = (payload: Payload, name: string, fallback = ''): string => {
  const value = payload[name];
  return typeof value === 'string' ? value : fallback;
};

/** @throws ApiRefusal ResourceNotFound.* */
export function findFunction(state: ScfState, payload: Payload): ScfFunction {
  const namespace = text(payload, 'Namespace', 'default');
  if (!state.namespaces.has(namespace)) {
    throw new ApiRefusal('ResourceNotFound.Namespace', `Namespace [${namespace}] not found.`);
  }
  const name = text(payload, 'FunctionName');
  const found = state.functions.find((one) => one.name === name && one.namespace === namespace);
  if (!found) throw new ApiRefusal('ResourceNotFound.Function', `Function [${name}] not found.`);
  return found;
}

/** What is being made cannot be changed. @throws ApiRefusal */
export function settledFunction(state: ScfState, payload: Payload): ScfFunction {
  const found = findFunction(state, payload);
  const status = statusNow(state, found.status);
  if (status === 'Creating' || status === 'Updating' || status === 'Publishing') {
    throw new ApiRefusal('FailedOperation.FunctionStatusError', `Function [${found.name}] is ${status}.`);
  }
  return found;
}

/** A version by number, `$LATEST` or an alias. @throws ApiRefusal */
export function resolveQualifier(found: ScfFunction, qualifier: string): Version | '$LATEST' {
  const target = found.aliases.get(qualifier) ?? qualifier;
  if (target === '$LATEST') return '$LATEST';
  const version = found.versions.find(({ number }) => number === target);
  if (version) return version;
  throw new ApiRefusal('ResourceNotFound.FunctionVersion', `Version [${qualifier}] of [${found.name}] not found.`);
}

/** Offset and Limit as the API reads them. */
export function page<T>(items: readonly T[], payload: Payload, most = 100): T[] {
  const offset = Number(payload['Offset'] ?? 0);
  const limit = Number(payload['Limit'] ?? 20);
  if (!Number.isInteger(offset) || offset < 0) throw new ApiRefusal('InvalidParameterValue.Offset', 'Offset is wrong.');
  if (!Number.isInteger(limit) || limit < 1) throw new ApiRefusal('InvalidParameterValue.Limit', 'Limit is wrong.');
  return items.slice(offset, offset + Math.min(limit, most));
}
