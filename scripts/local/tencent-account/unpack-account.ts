import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Service, ServiceFunction } from '../../../infra/serverless/service.ts';
import type { ScfFunction, ScfState, Snapshot, Trigger } from './scf-state.ts';
import { liveSnapshot } from './serve-from-account.ts';

/**
 * What an account would run now, for the local runtime: each function's zip as its live version has it, unpacked at
 * `{folder}/functions/{name}`, its layers one over the other at `{folder}/opt/{name}`, and a service made of nothing but the account's
 * state: paths of the domain, triggers, memory, time, environment.
 */
export function unpackAccount(
  state: ScfState,
  { domain, folder, stage }: { domain: string; folder: string; stage: string },
): Service {
  const rules = (state.domains.get(domain)?.endpoints ?? []).map((rule) => ({
    path: rule.PathMatch,
    namespace: rule.Namespace,
    functionName: rule.FunctionName,
  }));
  const functions = state.functions.map((found) => {
    const snapshot = liveSnapshot(state, found, '$DEFAULT');
    unpack(snapshot.zip, join(folder, 'functions', found.name));
    for (const { zip } of snapshot.layers) unpack(zip, join(folder, 'opt', found.name));
    return toEntry(found, snapshot, rules.find(({ functionName }) => functionName === found.name)?.path);
  });
  const customDomain = { domain, protocol: 'HTTP' as const, certificateId: null, rules };
  const place = { name: 'deployed', stage, region: state.region, runtime: 'Nodejs20.19', vpc: null };
  return { ...place, customDomain, databaseConnections: null, functions };
}

function unpack(zip: Buffer, folder: string): void {
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function toEntry(found: ScfFunction, snapshot: Snapshot, path: string | undefined): ServiceFunction {
  // Only what is bound to the alias that serves comes to the version that it names.
  const live = found.triggers.filter(({ qualifier, isOpen }) => qualifier === '$DEFAULT' && isOpen);
  const ofType = (type: string) => live.filter((trigger) => trigger.type === type);
  const isReachable = path !== undefined && ofType('http').length > 0;
  return {
    name: found.name,
    namespace: found.namespace,
    description: snapshot.description,
    source: '',
    handler: snapshot.handler,
    memoryMb: snapshot.memoryMb,
    timeoutSeconds: snapshot.timeoutSeconds,
    initTimeoutSeconds: snapshot.initTimeoutSeconds,
    // What the role may do stands with the account's CAM.
    access: { secrets: [], objects: {}, apis: [] },
    role: snapshot.role || null,
    environment: snapshot.environment,
    layers: snapshot.layers.map(({ layer }) => ({ name: layer, folders: [] })),
    reservedConcurrency: found.reservedMb === 0 ? null : found.reservedMb / snapshot.memoryMb,
    ignoreSysLog: snapshot.ignoreSysLog,
    asyncInvoke: found.async,
    deadLetter: snapshot.deadLetter,
    http: isReachable ? { path, authType: 'NONE', extranet: true, intranet: false } : null,
    cos: ofType('cos').map(toCos),
    timers: ofType('timer').map(({ name, description, argument }) => ({ name, cron: description, message: argument })),
  };
}

function toCos({ name, description }: Trigger): ServiceFunction['cos'][number] {
  const { event, filter } = JSON.parse(description) as { event: string; filter: { Prefix: string; Suffix: string } }; // checked when it was set
  return { bucket: name.split('.')[0] ?? '', events: event, prefix: filter.Prefix, suffix: filter.Suffix };
}
