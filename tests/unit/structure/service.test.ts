import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextRun, parseCron } from '../../../infra/serverless/parse-cron.ts';
import { parseService, readService } from '../../../infra/serverless/read-service.ts';
import type { Service } from '../../../infra/serverless/service.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { CATALOGUE, laneOf } from '../../../shared/tasks/processor-catalogue.ts';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';
import { SERVICE_TEXT, SERVICE_VARIABLES } from './service-variables.ts';

const FOLDERS = listFiles(ROOT, ['functions'], /\/handler\.ts$/).map((file) => file.slice(0, -'/handler.ts'.length));

/** Where contract, handlers and service disagree. */
function disagreements(operations: readonly Operation[], service: Service, folders: readonly string[]): string[] {
  const problems: string[] = [];
  const known = new Map(service.functions.map((entry) => [entry.name, entry]));
  for (const { name, path, secretReply } of operations) {
    const entry = known.get(name);
    if (!entry) problems.push(`operation ${name} is no function of serverless.yml`);
    else if (entry.http?.path !== path)
      problems.push(`operation ${name} is at ${path}, its function at ${entry.http?.path}`);
    if (secretReply && entry?.ignoreSysLog !== true)
      problems.push(`${name} answers tokens, which the platform would log`);
  }
  for (const { name, source, http } of service.functions) {
    if (!folders.includes(source)) problems.push(`function ${name} has no ${source}/handler.ts`);
    if (http && !operations.some((operation) => operation.name === name))
      problems.push(`function ${name} is no operation`);
  }
  const sources = service.functions.map(({ source }) => source);
  for (const folder of folders)
    if (!sources.includes(folder)) problems.push(`${folder} is no function of serverless.yml`);
  return problems;
}

describe('serverless.yml', () => {
  const service = readService(ROOT, SERVICE_VARIABLES);

  it('agrees with the contract and with functions/', () => {
    expect(disagreements(OPERATIONS, service, FOLDERS)).toEqual([]);
  });

  it('has a rule of the custom domain for each operation, and its path names one function', () => {
    expect(service.customDomain?.rules.map(({ path }) => path).sort()).toEqual(
      OPERATIONS.map(({ path }) => path).sort(),
    );
    for (const { path } of OPERATIONS) expect(path).toMatch(/^\/(v1|ops)\/[a-z]+(-[a-z]+)*$/);
  });

  it('keeps within 45 functions a namespace, five namespaces with the default one, and 60 characters a name', () => {
    const namespaces = new Map<string, number>();
    for (const { namespace } of service.functions) namespaces.set(namespace, (namespaces.get(namespace) ?? 0) + 1);
    expect(namespaces.size).toBeLessThanOrEqual(4);
    for (const [namespace, count] of namespaces) expect(count, namespace).toBeLessThanOrEqual(45);
    for (const { name } of service.functions) expect(name).toMatch(/^[a-z][a-z0-9-]{0,58}[a-z]$/);
  });

  /**
   * What programs need, and who brings others; and of operators', whose own namespace is nearly full, what was added last: growth, settings,
   * presets, plans, frozen orders, bills, ledgers and roles.
   */
  const isPartners = (name: string) =>
    /api-key|-webhook|-settings|-preset|referral|withdrawal|payee|growth|list-operators|set-operator/.test(
      name.replace('deliver-webhooks', ''),
    ) || ['set-order-freeze', 'list-bills', 'list-merchant-entries', 'list-all-plans', 'save-plan'].includes(name);

  it('keeps callbacks, events, timers and operators out of the namespace of merchants', () => {
    const callbacks = OPERATIONS.filter(({ caller }) => caller === 'callback').map(({ name }) => name as string);
    for (const { name, namespace, http, source, cos, timers } of service.functions) {
      const isRoleOnly = http === null && cos.length === 0 && timers.length === 0;
      const isOperators = source.startsWith('functions/ops/') || isRoleOnly;
      const isMerchants = http !== null && !callbacks.includes(name);
      const suffix = isPartners(name) ? '-partner' : isOperators ? '-ops' : isMerchants ? '' : '-events';
      expect(namespace, name).toBe(`yiying-test${suffix}`);
    }
  });

  it('gives no function a trigger on a prefix that it or another writes results to', () => {
    const watched = service.functions.flatMap(({ cos }) => cos.map(({ prefix }) => prefix));
    expect(watched.sort()).toEqual(['inputs/', 'work/archive/', 'work/image/', 'work/provider/']);
    expect(watched.some((prefix) => 'outputs/'.startsWith(prefix) || prefix.startsWith('outputs/'))).toBe(false);
  });

  it('drops a tick before the next one is due: late ones would come in a crowd', () => {
    const late = service.functions.flatMap(({ name, timers, asyncInvoke }) =>
      timers.flatMap(({ cron }) => {
        const first = nextRun(parseCron(cron), Date.UTC(2026, 5, 1)) ?? 0;
        const everySeconds = ((nextRun(parseCron(cron), first) ?? 0) - first) / 1000;
        // A minute is the least that the platform keeps.
        return asyncInvoke.maxAgeSeconds > Math.max(60, everySeconds)
          ? [`${name}: ${asyncInvoke.maxAgeSeconds} s`]
          : [];
      }),
    );
    expect(late).toEqual([]);
    expect(service.functions.flatMap(({ timers }) => timers).length).toBeGreaterThan(6);
  });

  it("stops a step's function 30 s after its unit's time limit, which is 30 s before the lease ends", () => {
    const schema = listFiles(ROOT, ['infra/migrations']).map((file) => readFileSync(join(ROOT, file), 'utf8'));
    const limits = schema.flatMap((sql) =>
      [...sql.matchAll(/"processor":"([a-z-]+)".*?"timeLimitSeconds":(\d+)/g)]
        .filter(([, processor]) => Object.hasOwn(CATALOGUE.processors, processor as string))
        .filter(([, processor]) => laneOf({ processor: processor as string }) === 'image')
        .map(([, , limit]) => Number(limit)),
    );
    const step = service.functions.find(({ name }) => name === 'run-image-step');
    expect(step?.timeoutSeconds).toBe(Math.max(...limits) + 30);
    expect(step?.timeoutSeconds).toBeLessThanOrEqual(870);
  });

  it('takes all units of a step at an engine at once: what is refused comes again a minute later', () => {
    const schema = listFiles(ROOT, ['infra/migrations']).map((file) => readFileSync(join(ROOT, file), 'utf8'));
    const units = schema.flatMap((sql) =>
      [...sql.matchAll(/"processor":"([a-z-]+)".*?"units":(\d+)/g)]
        .filter(([, processor]) => Object.hasOwn(CATALOGUE.processors, processor as string))
        .filter(([, processor]) => laneOf({ processor: processor as string }) === 'provider')
        .map(([, , count]) => Number(count)),
    );
    expect(Math.max(...units)).toBe(12);
    const begins = service.functions.find(({ name }) => name === 'run-provider-step');
    expect(begins?.reservedConcurrency).toBeGreaterThanOrEqual(Math.max(...units));
  });
});

describe('a disagreement is found', () => {
  const service = readService(ROOT, SERVICE_VARIABLES);
  const without = (name: string) => ({
    ...service,
    functions: service.functions.filter((entry) => entry.name !== name),
  });

  it('an operation without a function, a folder without an entry', () => {
    expect(disagreements(OPERATIONS, without('login'), FOLDERS)).toEqual([
      'operation login is no function of serverless.yml',
      'login answers tokens, which the platform would log',
      'functions/login is no function of serverless.yml',
    ]);
  });

  it('a function without an operation, one without a handler', () => {
    const operations = OPERATIONS.filter(({ name }) => name !== 'logout');
    expect(disagreements(operations, service, FOLDERS)).toEqual(['function logout is no operation']);
    const folders = FOLDERS.filter((folder) => folder !== 'functions/logout');
    expect(disagreements(OPERATIONS, service, folders)).toEqual(['function logout has no functions/logout/handler.ts']);
  });

  it('another path, and a reply with tokens in the log', () => {
    const changed = SERVICE_TEXT.replace('path: /v1/login }', 'path: /v1/sign-in }').replace(
      'ignoreSysLog: true',
      'ignoreSysLog: false',
    );
    const moved = parseService(changed, SERVICE_VARIABLES, (source) => existsSync(join(ROOT, source, 'handler.ts')));
    expect(disagreements(OPERATIONS, moved, FOLDERS)).toEqual([
      'operation login is at /v1/login, its function at /v1/sign-in',
      'login answers tokens, which the platform would log',
    ]);
  });

  it.each(['/v1/tasks/{id}', '/v1/tasks/:id', 'v1/tasks', '/v1//tasks', '/*/tasks'])(
    'a path %s that no rule can say',
    (path) => {
      const changed = SERVICE_TEXT.replace('/v1/get-task ', `'${path}' `);
      expect(() => parseService(changed, SERVICE_VARIABLES, () => true)).toThrow('http path');
    },
  );
});
