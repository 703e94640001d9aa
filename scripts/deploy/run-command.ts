import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeDeployed } from '../../infra/deploy/describe-deployed.ts';
import { removeService } from '../../infra/deploy/remove-service.ts';
import { rollBack } from '../../infra/deploy/roll-back.ts';
import { messageOf, runDeploy } from '../../infra/deploy/run-deploy.ts';
import { verifyDeployed } from '../../infra/deploy/verify-deployed.ts';
import { invokeLocal } from './invoke-local.ts';
import { type CommandPlace, type Deployment, openDeployment, readEvent } from './open-deployment.ts';

/** What `npx serverless` was asked, by its own names. */
export interface CommandOptions {
  readonly function?: string;
  readonly data?: string;
  readonly path?: string;
  readonly qualifier?: string;
  readonly timestamp?: string;
  readonly package?: string;
  readonly 'dry-run'?: boolean;
  readonly verify?: boolean;
}

/** It ended, but not as it should have; everything has been said already. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

type Command = (deployment: Deployment, options: CommandOptions, place: CommandPlace) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  check: async () => {},
  package: packageAll,
  deploy,
  'deploy function': deploy,
  info: async ({ service, namespaces, call, domainTarget }, _options, { say }) => {
    const domain = service.customDomain?.domain;
    if (domain !== undefined) say(`${domain}  CNAME to ${await domainTarget()}`);
    for (const line of await describeDeployed(call(), service, namespaces)) say(line);
  },
  invoke: async ({ service, call }, options, { say }) => {
    const entry = named(service.functions, options.function);
    const { Result } = await call()('InvokeFunction', {
      FunctionName: entry.name,
      Namespace: entry.namespace,
      Qualifier: options.qualifier ?? '$DEFAULT',
      Event: JSON.stringify(readEvent(options)),
    });
    say(Result?.RetMsg ?? '');
    if (Result?.InvokeResult !== 0) throw new CommandFailed(Result?.ErrMsg ?? 'the function failed');
  },
  'invoke local': async ({ service }, options, place) => {
    const entry = named(service.functions, options.function);
    place.say(await invokeLocal(service, entry, readEvent(options), place));
  },
  rollback: async ({ namespaces, call, timing }, { timestamp, function: only }, { say }) => {
    await rollBack(namespaces, { call: call(), timing, say, release: timestamp, only: only ? [only] : undefined });
  },
  remove: async ({ service, namespaces, call, timing }, _options, { say }) => {
    const layerPrefix = `${service.name}-${service.stage}-`;
    const { customDomain } = service;
    await removeService({ customDomain, namespaces, layerPrefix }, { call: call(), timing, say });
  },
};

/** @throws ServiceInvalid, DeploymentUnset, CommandFailed, the SDK's exceptions */
export async function runCommand(name: string, options: CommandOptions, place: CommandPlace): Promise<void> {
  const command = COMMANDS[name];
  if (!command) throw new CommandFailed(`no command ${name}`);
  await command(openDeployment(place), options, place);
}

async function deploy(deployment: Deployment, options: CommandOptions, { say }: CommandPlace): Promise<void> {
  const { service, namespaces, timing, codeOf } = deployment;
  const only = options.function === undefined ? undefined : [named(service.functions, options.function).name];
  const call = deployment.call();
  const startedMs = timing.nowMs();
  const logTopic = await deployment.logTopic();
  if (logTopic === null)
    say(
      `no log topic: npm run provision -- --stage ${service.stage} makes one; until then logs go where the platform puts them`,
    );
  const wanted = await deployment.wanted(only, logTopic);
  say(`${wanted.functions.length} functions built and packed in ${seconds(timing.nowMs() - startedMs)}`);
  const { done, failed, skipped } = await runDeploy(wanted, {
    call,
    timing,
    codeOf,
    say,
    dryRun: options['dry-run'] ?? false,
  });
  if (options['dry-run']) return;
  say(
    `${done.length} done, ${failed.length} failed, ${skipped.length} not tried, ${seconds(timing.nowMs() - startedMs)}`,
  );
  for (const name of skipped) say(`not tried: ${name}`);
  if (failed.length > 0) {
    const list = failed.map(({ name, error }) => `${name} (${messageOf(error)})`).join(', ');
    throw new CommandFailed(`${list}: what served before still serves; the next deploy goes on from here`);
  }
  if (options.verify) {
    const checked = only ? wanted.functions.filter(({ name }) => only.includes(name)) : wanted.functions;
    const domain = { wanted: only ? null : service.customDomain, namespaces };
    const problems = await verifyDeployed(call, checked, domain);
    if (problems.length > 0) throw new CommandFailed(problems.join('\n'));
    say('read back: everything is as wanted');
  }
  for (const { path } of service.customDomain?.rules ?? []) say(`https://${service.customDomain?.domain}${path}`);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

async function packageAll(deployment: Deployment, options: CommandOptions, { root, say }: CommandPlace): Promise<void> {
  const folder = resolve(root, options.package ?? '.serverless');
  await mkdir(folder, { recursive: true });
  const { functions } = await deployment.wanted();
  const layers = new Map(functions.flatMap((one) => one.layers.map((layer) => [layer.name, layer])));
  for (const { name, code } of [...functions, ...layers.values()]) {
    const zip = await code.zip();
    await writeFile(join(folder, `${name}.zip`), zip);
    say(`${name}.zip  ${(zip.length / 1024).toFixed(0)} KB, ${code.files.length} files`);
  }
}

function named<T extends { readonly name: string }>(functions: readonly T[], name: string | undefined): T {
  const found = functions.find((one) => one.name === name);
  if (!found)
    throw new CommandFailed(`--function ${name}: serverless.yml has ${functions.map((one) => one.name).join(', ')}`);
  return found;
}
