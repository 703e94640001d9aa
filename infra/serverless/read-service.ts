import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { serviceProblems } from './check-service.ts';
import { ENGLISH } from './english.ts';
import { resolveVariables, type Variables } from './resolve-variables.ts';
import type {
  Access,
  AsyncInvoke,
  CosTrigger,
  HttpTrigger,
  Service,
  ServiceFunction,
  TimerTrigger,
} from './service.ts';
import { describeIssues, type ServiceDocument, serviceSchema } from './service-schema.ts';

/** serverless.yml cannot be deployed: every problem at once, each with its place and rule. */
export class ServiceInvalid extends Error {
  override readonly name = 'ServiceInvalid';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`serverless.yml:\n- ${problems.join('\n- ')}`);
    this.problems = problems;
  }
}

/** Reads `{root}/serverless.yml`. @throws ServiceInvalid */
export function readService(root: string, variables: Variables): Service {
  const text = readFileSync(join(root, 'serverless.yml'), 'utf8');
  return parseService(text, variables, (source) => existsSync(join(root, source, 'handler.ts')));
}

/** The same for a text; `hasHandler` tells whether a source folder holds a `handler.ts`. @throws ServiceInvalid */
export function parseService(text: string, variables: Variables, hasHandler: (source: string) => boolean): Service {
  const resolved = resolveVariables(parseYaml(text), variables);
  if (resolved.problems.length > 0) throw new ServiceInvalid(resolved.problems);
  const parsed = serviceSchema.safeParse(resolved.document, ENGLISH);
  if (!parsed.success) throw new ServiceInvalid(describeIssues(parsed.error.issues));
  const service = toService(parsed.data);
  const problems = serviceProblems(service, hasHandler);
  for (const [name, { events }] of Object.entries(parsed.data.functions)) {
    if (events.filter((event) => 'http' in event).length > 1)
      problems.push(`functions.${name}: more than one http event`);
  }
  if (problems.length > 0) throw new ServiceInvalid(problems);
  return service;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { uniqueKeys: true });
  } catch (error) {
    throw new ServiceInvalid([`not YAML: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function toService({ service, provider, functions: declared }: ServiceDocument): Service {
  const functions = Object.entries(declared).map(([name, entry]) => toFunction(service, name, entry, provider));
  const { customDomain } = provider;
  return {
    name: service,
    stage: provider.stage,
    region: provider.region,
    runtime: provider.runtime,
    vpc: provider.vpcConfig ?? null,
    customDomain: customDomain
      ? {
          domain: customDomain.domain,
          protocol: customDomain.protocol,
          certificateId: customDomain.certificateId ?? null,
          rules: functions.flatMap(({ name: functionName, namespace, http }) =>
            http ? [{ path: http.path, namespace, functionName }] : [],
          ),
        }
      : null,
    databaseConnections: provider.databaseConnections ?? null,
    functions,
  };
}

type FunctionDocument = ServiceDocument['functions'][string];

function toFunction(
  service: string,
  name: string,
  entry: FunctionDocument,
  provider: ServiceDocument['provider'],
): ServiceFunction {
  const cos: CosTrigger[] = [];
  const timers: TimerTrigger[] = [];
  let http: HttpTrigger | null = null;
  for (const event of entry.events) {
    if ('http' in event) http ??= event.http;
    else if ('timer' in event) timers.push(event.timer);
    else cos.push(toCosTrigger(event.cos));
  }
  const asyncInvoke: AsyncInvoke = entry.asyncInvoke;
  const own = { ...provider.access, ...entry.access };
  const access: Access = { secrets: own.secrets ?? [], objects: own.objects ?? {}, apis: own.apis ?? [] };
  return {
    name,
    namespace: entry.namespace,
    description: entry.description,
    source: entry.source ?? `functions/${name}`,
    handler: entry.handler,
    memoryMb: entry.memorySize ?? provider.memorySize,
    timeoutSeconds: entry.timeout ?? provider.timeout,
    initTimeoutSeconds: entry.initTimeout,
    access,
    role: needsRole(access) ? `${service}-${provider.stage}-${name}` : null,
    environment: { ...provider.environment, ...entry.environment },
    layers: Object.entries(entry.layers).map(([layer, folders]) => ({
      name: `${service}-${provider.stage}-${layer}`,
      folders,
    })),
    reservedConcurrency: entry.reservedConcurrency ?? null,
    ignoreSysLog: entry.ignoreSysLog,
    asyncInvoke,
    deadLetter: entry.deadLetter.type + entry.deadLetter.name === '' ? null : entry.deadLetter,
    http,
    cos,
    timers,
  };
}

const needsRole = ({ secrets, objects, apis }: Access): boolean =>
  secrets.length + Object.keys(objects).length + apis.length > 0;

/** The platform wants `{bucket}.cos.{region}.myqcloud.com`; both that and the bare bucket are read. */
function toCosTrigger({
  bucket,
  events,
  filter,
}: {
  bucket: string;
  events: string;
  filter: { prefix: string; suffix: string };
}): CosTrigger {
  return { bucket: bucket.replace(/\.cos\.[a-z0-9-]+\.myqcloud\.com$/, ''), events, ...filter };
}
