import { isPathRule } from '../../../infra/serverless/match-path.ts';
import { parseCron } from '../../../infra/serverless/parse-cron.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import {
  type Endpoint,
  findFunction,
  type Payload,
  page,
  resolveQualifier,
  type ScfFunction,
  type ScfState,
  settledFunction,
  type Trigger,
  text,
} from './scf-state.ts';

type Action = (state: ScfState, payload: Payload) => Payload;

const TRIGGERS_OF_A_TYPE = 10;

/** SCF 2018-04-16: triggers, what is done with events, reserved memory, custom domains. */
export const TRIGGER_ACTIONS: Readonly<Record<string, Action>> = {
  ListTriggers: (state, payload) => {
    const { triggers } = findFunction(state, payload);
    return { Triggers: page(triggers, payload).map(toAnswer), TotalCount: triggers.length };
  },
  CreateTrigger: (state, payload) => {
    const one = settledFunction(state, payload);
    const trigger = readTrigger(one, payload);
    if (one.triggers.some((other) => isSame(other, trigger))) {
      throw new ApiRefusal('ResourceInUse.Trigger', `Trigger [${trigger.name}] exists.`);
    }
    if (one.triggers.filter(({ type }) => type === trigger.type).length >= TRIGGERS_OF_A_TYPE) {
      throw new ApiRefusal('LimitExceeded.Trigger', 'Too many triggers.');
    }
    if (trigger.type === 'cos') refuseOverlap(state, trigger);
    one.triggers.push(trigger);
    return { TriggerInfo: toAnswer(trigger) };
  },
  UpdateTrigger: (state, payload) => {
    const one = settledFunction(state, payload);
    const trigger = readTrigger(one, payload);
    // By the action's documentation: timer, ckafka and http.
    if (trigger.type === 'cos') throw new ApiRefusal('UnsupportedOperation.Trigger', 'A cos trigger has no update.');
    const at = one.triggers.findIndex((other) => isSame(other, trigger));
    if (at < 0) throw new ApiRefusal('ResourceNotFound.Trigger', `Trigger [${trigger.name}] not found.`);
    one.triggers[at] = trigger;
    return {};
  },
  DeleteTrigger: (state, payload) => {
    const one = settledFunction(state, payload);
    const [type, name] = [text(payload, 'Type'), text(payload, 'TriggerName')];
    if (type === 'cos' && text(payload, 'TriggerDesc') === '') {
      throw new ApiRefusal('MissingParameter', 'The parameter `TriggerDesc` is missing.');
    }
    const qualifier = text(payload, 'Qualifier', '$LATEST');
    const at = one.triggers.findIndex(
      (other) =>
        other.type === type &&
        other.name === name &&
        other.qualifier === qualifier &&
        (type !== 'cos' || other.description === text(payload, 'TriggerDesc')),
    );
    if (at < 0) throw new ApiRefusal('ResourceNotFound.Trigger', `Trigger [${name}] not found.`);
    one.triggers.splice(at, 1);
    return {};
  },
  GetFunctionEventInvokeConfig: (state, payload) => {
    const { async } = findFunction(state, payload);
    return { AsyncTriggerConfig: { RetryConfig: [{ RetryNum: async.retries }], MsgTTL: async.maxAgeSeconds } };
  },
  UpdateFunctionEventInvokeConfig: (state, payload) => {
    const one = findFunction(state, payload);
    const config = payload['AsyncTriggerConfig'] as { RetryConfig: { RetryNum: number }[]; MsgTTL: number };
    const retries = config.RetryConfig[0]?.RetryNum ?? -1;
    if (retries < 0 || retries > 2 || config.MsgTTL < 60 || config.MsgTTL > 21_600) {
      throw new ApiRefusal('InvalidParameterValue.AsyncTriggerConfig', 'RetryNum 0-2, MsgTTL 60-21600.');
    }
    one.async = { retries, maxAgeSeconds: config.MsgTTL };
    return {};
  },
  GetReservedConcurrencyConfig: (state, payload) => ({ ReservedMem: findFunction(state, payload).reservedMb }),
  PutReservedConcurrencyConfig: (state, payload) => {
    const one = findFunction(state, payload);
    const mb = payload['ReservedConcurrencyMem'] as number; // checked by the model
    if (mb <= 0 || mb % one.latest.memoryMb !== 0) {
      throw new ApiRefusal('InvalidParameterValue.ReservedConcurrencyMem', 'Not a multiple of the memory.');
    }
    const others = state.functions.filter((other) => other !== one);
    if (others.reduce((sum, { reservedMb }) => sum + reservedMb, mb) > state.regionMb) {
      throw new ApiRefusal('LimitExceeded.ReservedConcurrencyMem', 'More than the region has.');
    }
    one.reservedMb = mb;
    return {};
  },
  DeleteReservedConcurrencyConfig: (state, payload) => {
    findFunction(state, payload).reservedMb = 0;
    return {};
  },
  ListCustomDomains: (state, payload) => {
    const all = [...state.domains.values()];
    const Domains = page(all, payload).map(({ name, protocol }) => ({ Domain: name, Protocol: protocol }));
    return { Domains, Total: all.length };
  },
  GetCustomDomain: (state, payload) => {
    const found = state.domains.get(text(payload, 'Domain'));
    if (!found) throw new ApiRefusal('ResourceNotFound.CustomDomain', 'The domain does not exist.');
    return {
      Domain: found.name,
      Protocol: found.protocol,
      EndpointsConfig: found.endpoints,
      ...(found.certificateId !== null && { CertConfig: { CertificateId: found.certificateId } }),
      ...(found.waf !== undefined && { WafConfig: found.waf }),
    };
  },
  CreateCustomDomain: (state, payload) => setDomain(state, payload, false),
  UpdateCustomDomain: (state, payload) => setDomain(state, payload, true),
  DeleteCustomDomain: (state, payload) => {
    if (!state.domains.delete(text(payload, 'Domain'))) {
      throw new ApiRefusal('ResourceNotFound.CustomDomain', 'The domain does not exist.');
    }
    return {};
  },
};

function readTrigger(one: ScfFunction, payload: Payload): Trigger {
  const qualifier = text(payload, 'Qualifier', '$LATEST');
  resolveQualifier(one, qualifier);
  const type = text(payload, 'Type');
  const description = text(payload, 'TriggerDesc');
  const name = text(payload, 'TriggerName');
  try {
    if (type === 'timer') parseCron(description);
    else if (type === 'http') checkUrl(JSON.parse(description) as Payload);
    else if (type === 'cos') checkRule(name, description);
    else throw new Error(`Type ${type} is not played here.`);
  } catch (error) {
    throw new ApiRefusal('InvalidParameterValue.TriggerDesc', (error as Error).message);
  }
  const argument = text(payload, 'CustomArgument');
  return { type, name, description, argument, qualifier, isOpen: text(payload, 'Enable', 'OPEN') === 'OPEN' };
}

function checkUrl({ AuthType, NetConfig }: Payload): void {
  if (AuthType !== 'NONE' && AuthType !== 'CAM') throw new Error('AuthType is NONE or CAM.');
  const { EnableIntranet, EnableExtranet } = (NetConfig ?? {}) as Payload;
  if (typeof EnableIntranet !== 'boolean' || typeof EnableExtranet !== 'boolean')
    throw new Error('NetConfig is wrong.');
}

function checkRule(name: string, description: string): void {
  if (!/^[a-z0-9-]+-\d+\.cos\.[a-z0-9-]+\.myqcloud\.com$/.test(name)) throw new Error(`${name} is no bucket's host.`);
  const { event, filter } = JSON.parse(description) as {
    event?: string;
    filter?: { Prefix?: string; Suffix?: string };
  };
  if (JSON.stringify(JSON.parse(description)) !== description) throw new Error('TriggerDesc holds spaces.');
  if (!/^cos:Object(Created|Remove|Restore):\S+$/.test(event ?? '')) throw new Error(`${event} is no event.`);
  if (filter?.Suffix && !filter.Suffix.startsWith('.')) throw new Error('Suffix begins with a dot.');
}

/** "One event triggers at most one function", whoever set the rules: also one that another function still has. */
function refuseOverlap(state: ScfState, { name, description }: Trigger): void {
  const rule = ruleOf(description);
  for (const other of state.functions.flatMap(({ triggers }) => triggers)) {
    if (other.type !== 'cos' || other.name !== name) continue;
    const its = ruleOf(other.description);
    const isNested = rule.prefix.startsWith(its.prefix) || its.prefix.startsWith(rule.prefix);
    if (rule.kind === its.kind && isNested) {
      throw new ApiRefusal('ResourceInUse.Trigger', `The rule ${rule.prefix}* overlaps ${its.prefix}*.`);
    }
  }
}

function ruleOf(description: string): { kind: string; prefix: string } {
  const { event, filter } = JSON.parse(description) as { event: string; filter?: { Prefix?: string } }; // checked when it was set
  return { kind: event.split(':')[1] ?? '', prefix: filter?.Prefix ?? '' };
}

const isSame = (one: Trigger, other: Trigger): boolean =>
  one.type === other.type &&
  one.name === other.name &&
  one.qualifier === other.qualifier &&
  (one.type !== 'cos' || one.description === other.description);

const toAnswer = ({ type, name, description, argument, qualifier, isOpen }: Trigger): Payload => ({
  Type: type,
  TriggerName: name,
  TriggerDesc: answered(type, description),
  Enable: isOpen ? 1 : 0,
  Qualifier: qualifier,
  CustomArgument: argument,
});

function answered(type: string, description: string): string {
  if (type === 'timer') return JSON.stringify({ cron: description });
  if (type !== 'http') return description;
  const given = JSON.parse(description) as { NetConfig: Payload }; // checked when it was set
  const NetConfig = { ...given.NetConfig, ExtranetUrl: 'https://1250000000-local.ap-guangzhou.tencentscf.com' };
  return JSON.stringify({ ...given, NetConfig });
}

function setDomain(state: ScfState, payload: Payload, exists: boolean): Payload {
  const name = text(payload, 'Domain');
  const before = state.domains.get(name);
  if (exists && !before) throw new ApiRefusal('ResourceNotFound.CustomDomain', 'The domain does not exist.');
  if (!exists && before) throw new ApiRefusal('ResourceInUse.CustomDomain', 'The domain exists.');
  const protocol = text(payload, 'Protocol', before?.protocol);
  const certificate = payload['CertConfig'] as { CertificateId?: string } | undefined;
  const certificateId = certificate?.CertificateId ?? before?.certificateId ?? null;
  if (protocol.includes('HTTPS') && certificateId === null) {
    throw new ApiRefusal('InvalidParameterValue.CertConfig', 'HTTPS needs a certificate.');
  }
  const endpoints = (payload['EndpointsConfig'] as Endpoint[] | undefined) ?? before?.endpoints ?? [];
  for (const [index, endpoint] of endpoints.entries()) checkEndpoint(state, endpoints, endpoint, index);
  const waf = payload['WafConfig'] ?? before?.waf;
  state.domains.set(name, { name, protocol, certificateId, waf, endpoints });
  return {};
}

function checkEndpoint(state: ScfState, all: readonly Endpoint[], endpoint: Endpoint, index: number): void {
  const { PathMatch, Qualifier } = endpoint;
  const refuse = (message: string) => new ApiRefusal('InvalidParameterValue.EndpointsConfig', message);
  if (!isPathRule(PathMatch)) throw refuse(`${PathMatch} is no path.`);
  if (all.findIndex((other) => other.PathMatch === PathMatch) !== index) throw refuse(`${PathMatch} stands twice.`);
  const one = findFunction(state, { FunctionName: endpoint.FunctionName, Namespace: endpoint.Namespace });
  resolveQualifier(one, Qualifier);
  if (!one.triggers.some(({ type, qualifier }) => type === 'http' && qualifier === Qualifier)) {
    throw refuse(`Function [${one.name}] has no URL.`);
  }
}
