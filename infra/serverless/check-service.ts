import { databaseConnections } from './database-connections.ts';
import { isPathRule } from './match-path.ts';
import { CronInvalid, parseCron } from './parse-cron.ts';
import { environmentProblems, FUNCTION_NAME, NAMESPACE_NAME, PLATFORM_LIMITS } from './platform-limits.ts';
import { reservedMemoryMb, sharedFloorMb } from './reserved-memory.ts';
import type { CosTrigger, Service, ServiceFunction } from './service.ts';

/** Every rule of the platform, and every one of ours about files, that the service breaks. */
export function serviceProblems(service: Service, hasHandler: (source: string) => boolean): string[] {
  return [
    ...service.functions.flatMap((entry) =>
      functionProblems(entry, hasHandler).map((problem) => `functions.${entry.name}: ${problem}`),
    ),
    ...namespaceProblems(service.functions),
    ...domainProblems(service),
    ...cosProblems(service.functions),
    ...concurrencyProblems(service.functions),
    ...connectionProblems(service),
  ];
}

function functionProblems(entry: ServiceFunction, hasHandler: (source: string) => boolean): string[] {
  const problems = environmentProblems(entry.environment);
  const limits = PLATFORM_LIMITS;
  const { name, memoryMb, timeoutSeconds, initTimeoutSeconds, handler, source } = entry;
  if (!FUNCTION_NAME.test(name)) problems.push('the name must have 2–60 characters of A-Z a-z 0-9 _ -, a letter first');
  const stepFits = memoryMb === limits.minMemoryMb || memoryMb % limits.memoryStepMb === 0;
  if (!stepFits || memoryMb < limits.minMemoryMb || memoryMb > limits.maxMemoryMb) {
    problems.push(`memorySize ${memoryMb} must be 64, or a multiple of 128 up to 3072`);
  }
  if (timeoutSeconds < 1 || timeoutSeconds > limits.maxTimeoutSeconds) {
    problems.push(`timeout ${timeoutSeconds} must be 1–${limits.maxTimeoutSeconds} seconds`);
  }
  if (initTimeoutSeconds < 3 || initTimeoutSeconds > limits.maxInitTimeoutSeconds) {
    problems.push(`initTimeout ${initTimeoutSeconds} must be 3–${limits.maxInitTimeoutSeconds} seconds`);
  }
  // A handler in a folder of the zip is not found by the platform.
  if (!/^[A-Za-z][A-Za-z0-9_-]*\.[A-Za-z_][A-Za-z0-9_]*$/.test(handler)) {
    problems.push(`handler ${handler} must be file.export, the file at the zip's root`);
  }
  if (!hasHandler(source)) problems.push(`${source}/handler.ts does not exist`);
  if (entry.http && !isPathRule(entry.http.path)) {
    problems.push(`http path ${entry.http.path} is not /, /*, /xxx, /xxx/a or /xxx/*`);
  }
  if (entry.cos.length > limits.cosTriggersPerFunction) problems.push('more than 10 cos events');
  problems.push(
    ...timerProblems(entry),
    ...deadLetterProblems(entry),
    ...layerProblems(entry),
    ...modelProblems(entry),
  );
  return problems;
}

/** One and a half times what the operator's model was measured with (decision 24). */
const MODEL_MEMORY_MB = 2304;

/** Less, and the platform ends every instance at its first photo. */
function modelProblems({ environment, memoryMb }: ServiceFunction): string[] {
  const { CUTOUT_MODEL_PATH = '' } = environment;
  if (CUTOUT_MODEL_PATH === '' || memoryMb >= MODEL_MEMORY_MB) return [];
  const remedy = `set memorySize: ${MODEL_MEMORY_MB} and reservedConcurrency: 10, or unset CUTOUT_MODEL_PATH`;
  return [`memorySize ${memoryMb} is too little for the model of CUTOUT_MODEL_PATH: ${remedy}`];
}

function timerProblems({ timers }: ServiceFunction): string[] {
  const problems: string[] = [];
  if (timers.length > PLATFORM_LIMITS.timersPerFunction) problems.push('more than 10 timer events');
  for (const [index, { name, cron }] of timers.entries()) {
    if (timers.findIndex((other) => other.name === name) !== index) problems.push(`timer ${name} is declared twice`);
    try {
      parseCron(cron);
    } catch (error) {
      if (!(error instanceof CronInvalid)) throw error;
      problems.push(`timer ${name}: ${error.message}`);
    }
  }
  return problems;
}

function deadLetterProblems({ deadLetter, cos, timers }: ServiceFunction): string[] {
  if (deadLetter === null) return [];
  if (deadLetter.type === '') return [`deadLetter ${deadLetter.name} has no type`];
  if (deadLetter.name === '') return [`deadLetter of type ${deadLetter.type} has no name`];
  return cos.length + timers.length > 0 ? [] : ['deadLetter without a cos or timer event: only those are given up'];
}

function layerProblems({ layers }: ServiceFunction): string[] {
  const problems: string[] = [];
  const { layersPerFunction } = PLATFORM_LIMITS;
  if (layers.length > layersPerFunction) problems.push(`${layers.length} layers, at most ${layersPerFunction}`);
  const folders = layers.flatMap((layer) => layer.folders);
  for (const folder of new Set(folders.filter((one, index) => folders.indexOf(one) !== index)))
    problems.push(`${folder} lies in two layers`);
  return problems;
}

function namespaceProblems(functions: readonly ServiceFunction[]): string[] {
  const counts = new Map<string, number>();
  for (const { namespace } of functions) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  const problems: string[] = [];
  for (const [namespace, count] of counts) {
    if (!NAMESPACE_NAME.test(namespace)) {
      const rule = 'must have 2–30 characters of A-Z a-z 0-9 _ -, a letter first: a shorter stage, perhaps';
      problems.push(`namespace ${namespace} has ${namespace.length} characters, it ${rule}`);
    }
    if (count > PLATFORM_LIMITS.functionsPerNamespace) {
      problems.push(`namespace ${namespace} has ${count} functions, at most ${PLATFORM_LIMITS.functionsPerNamespace}`);
    }
  }
  if (counts.size + 1 > PLATFORM_LIMITS.namespacesPerRegion) {
    const most = `the platform allows ${PLATFORM_LIMITS.namespacesPerRegion} a region`;
    problems.push(`${counts.size} namespaces beside default, ${most}`);
  }
  return problems;
}

function domainProblems({ customDomain, functions }: Service): string[] {
  const withHttp = functions.filter(({ http }) => http !== null);
  if (customDomain === null) {
    return withHttp.length === 0 ? [] : ['provider.customDomain is missing: http paths are its rules'];
  }
  const problems: string[] = [];
  if (customDomain.protocol !== 'HTTP' && customDomain.certificateId === null) {
    problems.push(`provider.customDomain: ${customDomain.protocol} needs a certificateId`);
  }
  for (const [index, { path, functionName }] of customDomain.rules.entries()) {
    const first = customDomain.rules.find((rule) => rule.path === path);
    if (first !== customDomain.rules[index]) {
      problems.push(`http path ${path} belongs to ${first?.functionName} and to ${functionName}`);
    }
  }
  return problems;
}

/** "One event triggers at most one function": rules of one event class must not see the same object. */
function cosProblems(functions: readonly ServiceFunction[]): string[] {
  const all = functions.flatMap(({ name, cos }) => cos.map((trigger) => ({ name, trigger })));
  const problems: string[] = [];
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      if (!overlap(one.trigger, other.trigger)) continue;
      const places = [one, other].map(({ name, trigger }) => `functions.${name} (${trigger.prefix}*${trigger.suffix})`);
      problems.push(`cos events of ${places.join(' and ')} overlap`);
    }
  }
  for (const bucket of new Set(all.map(({ trigger }) => trigger.bucket))) {
    if (!/^[a-z0-9][a-z0-9-]*-\d+$/.test(bucket)) problems.push(`cos bucket ${bucket} must be {name}-{appId}`);
    if (all.filter(({ trigger }) => trigger.bucket === bucket).length > PLATFORM_LIMITS.cosTriggersPerBucket) {
      problems.push(`cos bucket ${bucket} has more than ${PLATFORM_LIMITS.cosTriggersPerBucket} triggers`);
    }
  }
  return problems;
}

function overlap(one: CosTrigger, other: CosTrigger): boolean {
  const nested = (a: string, b: string, inside: (outer: string, inner: string) => boolean) =>
    inside(a, b) || inside(b, a);
  const classOf = (events: string) => events.split(':').slice(0, 2).join(':');
  const sameEvent = one.events === other.events || one.events.endsWith(':*') || other.events.endsWith(':*');
  return (
    one.bucket === other.bucket &&
    classOf(one.events) === classOf(other.events) &&
    sameEvent &&
    nested(one.prefix, other.prefix, (outer, inner) => inner.startsWith(outer)) &&
    nested(one.suffix, other.suffix, (outer, inner) => inner.endsWith(outer))
  );
}

function concurrencyProblems(functions: readonly ServiceFunction[]): string[] {
  const reservedMb = reservedMemoryMb(functions);
  const floorMb = sharedFloorMb(functions);
  const { regionConcurrencyMb, sharedInstances } = PLATFORM_LIMITS;
  if (reservedMb + floorMb <= regionConcurrencyMb) return [];
  const taken = `reservedConcurrency takes ${reservedMb} MB in all, a region has ${regionConcurrencyMb}`;
  if (reservedMb > regionConcurrencyMb) return [taken];
  return [`${taken}: functions without it need ${floorMb}, ${sharedInstances} instances of the largest`];
}

function connectionProblems(service: Service): string[] {
  const { databaseConnections: most } = service;
  const needed = databaseConnections(service);
  if (most === null || needed <= most) return [];
  return [`the functions may hold ${needed} connections at once, provider.databaseConnections says ${most}`];
}
