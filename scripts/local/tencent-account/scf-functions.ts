import { FUNCTION_NAME, NAMESPACE_NAME } from '../../../infra/serverless/platform-limits.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { readCode } from './scf-code.ts';
import { layerInfo } from './scf-layers.ts';
import { checkHandler, checkRuntime, checkWhole, configured } from './scf-snapshot.ts';
import {
  begin,
  findFunction,
  type Payload,
  page,
  resolveQualifier,
  type ScfFunction,
  type ScfState,
  type Snapshot,
  type Status,
  settledFunction,
  statusNow,
  text,
} from './scf-state.ts';

type Action = (state: ScfState, payload: Payload) => Payload;

const FUNCTIONS_PER_NAMESPACE = 50;
const MB = 1024 * 1024;

/** SCF 2018-04-16: namespaces, functions, versions, aliases. */
export const FUNCTION_ACTIONS: Readonly<Record<string, Action>> = {
  GetAccount: (state) => {
    const inside = (name: string) => state.functions.filter(({ namespace }) => namespace === name);
    const mb = (functions: readonly ScfFunction[]) => functions.reduce((sum, one) => sum + one.reservedMb, 0);
    const names = [...state.namespaces];
    return {
      AccountUsage: {
        NamespacesCount: names.length,
        TotalConcurrencyMem: state.regionMb,
        TotalAllocatedConcurrencyMem: mb(state.functions),
        Namespace: names.map((Namespace) => ({
          ...{
            Namespace,
            FunctionsCount: inside(Namespace).length,
            Functions: inside(Namespace).map(({ name }) => name),
          },
          TotalAllocatedConcurrencyMem: mb(inside(Namespace)),
        })),
      },
      AccountLimit: {
        NamespacesCount: state.mostNamespaces,
        Namespace: names.map((Namespace) => ({ Namespace, FunctionsCount: FUNCTIONS_PER_NAMESPACE })),
      },
    };
  },
  ListNamespaces: (state, payload) => {
    const names = [...state.namespaces];
    return { Namespaces: page(names, payload).map((Name) => ({ Name })), TotalCount: names.length };
  },
  CreateNamespace: (state, payload) => {
    const name = text(payload, 'Namespace');
    if (state.namespaces.has(name)) throw new ApiRefusal('ResourceInUse.Namespace', `Namespace [${name}] exists.`);
    if (state.namespaces.size >= state.mostNamespaces)
      throw new ApiRefusal('LimitExceeded.Namespace', 'Too many namespaces.');
    if (!NAMESPACE_NAME.test(name)) throw new ApiRefusal('InvalidParameterValue.Namespace', 'Bad name.');
    state.namespaces.add(name);
    return {};
  },
  DeleteNamespace: (state, payload) => {
    const name = text(payload, 'Namespace');
    if (!state.namespaces.has(name))
      throw new ApiRefusal('ResourceNotFound.Namespace', `Namespace [${name}] not found.`);
    if (state.functions.some(({ namespace }) => namespace === name) || name === 'default') {
      throw new ApiRefusal('FailedOperation.Namespace', `Namespace [${name}] is not empty.`);
    }
    state.namespaces.delete(name);
    return {};
  },
  ListFunctions: (state, payload) => {
    const namespace = text(payload, 'Namespace', 'default');
    if (!state.namespaces.has(namespace)) throw new ApiRefusal('ResourceNotFound.Namespace', 'Namespace not found.');
    const all = state.functions.filter((one) => one.namespace === namespace);
    const Functions = page(all, payload).map((one) => ({
      FunctionName: one.name,
      Namespace: one.namespace,
      Description: one.latest.description,
      Status: statusNow(state, one.status),
      Runtime: one.latest.runtime,
      Type: 'Event',
      ...(one.reservedMb > 0 && { ReservedConcurrencyMem: one.reservedMb }),
    }));
    return { Functions, TotalCount: all.length };
  },
  GetFunction: (state, payload) => {
    const one = findFunction(state, payload);
    const target = resolveQualifier(one, text(payload, 'Qualifier', '$LATEST'));
    if (target === '$LATEST') return describe(state, one, one.latest, ['$LATEST', one.status]);
    return describe(state, one, target.snapshot, [target.number, target.status]);
  },
  CreateFunction: (state, payload) => {
    const namespace = text(payload, 'Namespace', 'default');
    const name = text(payload, 'FunctionName');
    if (!state.namespaces.has(namespace)) throw new ApiRefusal('ResourceNotFound.Namespace', 'Namespace not found.');
    const here = state.functions.filter((one) => one.namespace === namespace);
    if (here.some((one) => one.name === name))
      throw new ApiRefusal('ResourceInUse.Function', `Function [${name}] exists.`);
    if (here.length >= FUNCTIONS_PER_NAMESPACE) throw new ApiRefusal('LimitExceeded.Function', 'Too many functions.');
    if (!FUNCTION_NAME.test(name)) throw new ApiRefusal('InvalidParameterValue.FunctionName', `${name} is no name.`);
    const handler = text(payload, 'Handler');
    const runtime = text(payload, 'Runtime');
    checkHandler(handler);
    checkRuntime(runtime);
    const zip = readCode(state, payload['Code'] as Payload, handler, 50 * MB);
    const latest: Snapshot = { ...configured(state, payload), handler, runtime, zip };
    checkWhole(latest);
    state.functions.push({
      name,
      namespace,
      latest,
      status: begin(state, 'Creating'),
      versions: [],
      aliases: new Map([['$DEFAULT', '$LATEST']]),
      triggers: [],
      reservedMb: 0,
      async: { retries: 2, maxAgeSeconds: 21_600 },
    });
    return {};
  },
  UpdateFunctionConfiguration: (state, payload) => {
    const one = settledFunction(state, payload);
    const runtime = text(payload, 'Runtime', one.latest.runtime);
    if (runtime !== one.latest.runtime) throw new ApiRefusal('InvalidParameterValue.Runtime', 'It cannot be changed.');
    const latest = configured(state, payload, one.latest);
    checkWhole(latest);
    one.latest = latest;
    one.status = begin(state, 'Updating');
    return {};
  },
  UpdateFunctionCode: (state, payload) => {
    const one = settledFunction(state, payload);
    const handler = text(payload, 'Handler', one.latest.handler);
    checkHandler(handler);
    const latest = { ...one.latest, handler, zip: readCode(state, payload, handler, 20 * MB) };
    checkWhole(latest);
    one.latest = latest;
    one.status = begin(state, 'Updating');
    return {};
  },
  DeleteFunction: (state, payload) => {
    const one = findFunction(state, payload);
    if (text(payload, 'Qualifier') !== '') throw new ApiRefusal('UnsupportedOperation', 'Only whole functions here.');
    if (statusNow(state, one.status) === 'Creating') {
      throw new ApiRefusal('FailedOperation.FunctionStatusError', `Function [${one.name}] is Creating.`);
    }
    const bound = [...state.domains.values()].find(({ endpoints }) => endpoints.some((rule) => isTo(rule, one)));
    if (bound)
      throw new ApiRefusal('FailedOperation.DeleteFunction', `Function [${one.name}] is bound to ${bound.name}.`);
    state.functions.splice(state.functions.indexOf(one), 1);
    return {};
  },
  PublishVersion: (state, payload) => {
    const one = settledFunction(state, payload);
    const number = String(Number(one.versions.at(-1)?.number ?? 0) + 1);
    const description = text(payload, 'Description');
    one.versions.push({ number, snapshot: one.latest, description, status: begin(state, 'Publishing') });
    return { FunctionVersion: number, Handler: one.latest.handler, Description: description };
  },
  ListVersionByFunction: (state, payload) => {
    const one = findFunction(state, payload);
    const Versions = page(one.versions, payload).map(({ number, description, status }) => ({
      Version: number,
      Description: description,
      Status: statusNow(state, status),
    }));
    const FunctionVersion = Versions.map(({ Version }) => Version);
    return { FunctionVersion, Versions, TotalCount: one.versions.length };
  },
  GetAlias: (state, payload) => {
    const one = findFunction(state, payload);
    const name = text(payload, 'Name');
    const version = one.aliases.get(name);
    if (version === undefined) throw new ApiRefusal('ResourceNotFound.Alias', `Alias [${name}] not found.`);
    return { Name: name, FunctionVersion: version, RoutingConfig: { AdditionalVersionWeights: [] } };
  },
  UpdateAlias: (state, payload) => setAlias(state, payload, true),
  CreateAlias: (state, payload) => setAlias(state, payload, false),
};

function setAlias(state: ScfState, payload: Payload, mustExist: boolean): Payload {
  const one = findFunction(state, payload);
  const name = text(payload, 'Name');
  if (one.aliases.has(name) !== mustExist) {
    throw mustExist
      ? new ApiRefusal('ResourceNotFound.Alias', `Alias [${name}] not found.`)
      : new ApiRefusal('ResourceInUse.Alias', `Alias [${name}] exists.`);
  }
  const version = resolveQualifier(one, text(payload, 'FunctionVersion'));
  if (version !== '$LATEST' && statusNow(state, version.status) !== 'Active') {
    throw new ApiRefusal(
      'FailedOperation.FunctionVersionStatusNotActive',
      `Version [${version.number}] is not active.`,
    );
  }
  one.aliases.set(name, text(payload, 'FunctionVersion'));
  return {};
}

const isTo = ({ Namespace, FunctionName }: { Namespace: string; FunctionName: string }, one: ScfFunction): boolean =>
  Namespace === one.namespace && FunctionName === one.name;

const describe = (
  state: ScfState,
  one: ScfFunction,
  snapshot: Snapshot,
  [version, status]: readonly [string, Status],
): Payload => ({
  FunctionName: one.name,
  Namespace: one.namespace,
  FunctionVersion: version,
  Qualifier: version,
  Status: statusNow(state, status),
  StatusDesc: '',
  StatusReasons: [],
  Description: snapshot.description,
  Handler: snapshot.handler,
  Runtime: snapshot.runtime,
  MemorySize: snapshot.memoryMb,
  Timeout: snapshot.timeoutSeconds,
  InitTimeout: snapshot.initTimeoutSeconds,
  Role: snapshot.role,
  VpcConfig: snapshot.vpc,
  PublicNetConfig: { PublicNetStatus: snapshot.publicNet.status, EipConfig: { EipStatus: snapshot.publicNet.eip } },
  CodeSize: snapshot.zip.length,
  ClsLogsetId: snapshot.cls.logsetId,
  ClsTopicId: snapshot.cls.topicId,
  ...(snapshot.deadLetter && { DeadLetterConfig: { Type: snapshot.deadLetter.type, Name: snapshot.deadLetter.name } }),
  Layers: snapshot.layers.map((layer) => layerInfo(state, layer)),
  Environment: { Variables: Object.entries(snapshot.environment).map(([Key, Value]) => ({ Key, Value })) },
  Type: 'Event',
});
