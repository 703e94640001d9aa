import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import TencentProvider from '../../../scripts/deploy/tencent-provider.js';
import { parseDoctorArgs } from '../../../scripts/doctor/parse-doctor-args.ts';
import { parseMigrateArgs } from '../../../scripts/migrate/parse-migrate-args.ts';
import { parseProvisionArgs } from '../../../scripts/provision/parse-provision-args.ts';
import { parseWebArgs } from '../../../scripts/web/parse-web-args.ts';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const documents = [
  ...['README.md', 'README.zh-CN.md', 'docs/deploying.md', 'docs/engines.md'],
  ...listFiles(ROOT, ['docs/runbooks'], /\.md$/),
];

/** Commands in code, in a line or in a block, without what a comment says of them. A command without arguments in prose is a name. */
function commandsOf(text: string): string[] {
  const code = [
    ...[...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => (block as string).split('\n')),
    ...[...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, span]) => span as string),
  ];
  return code
    .map((line) =>
      line
        .replaceAll('\\|', '|')
        .replace(/\s#\s.*/, '')
        .trim(),
    )
    .filter((line) => /^(npx serverless|npm run (provision|doctor|web|migrate))\b/.test(line));
}

interface Schema {
  readonly options?: Readonly<Record<string, { readonly type?: string; readonly shortcut?: string }>>;
}
type ParseArgs = (args: readonly string[], types: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** What osls itself takes of our provider: its parser, its schema of commands. */
function oslsCommands(): { parse: ParseArgs; commands: Map<string, Schema> } {
  const require = createRequire(import.meta.url);
  const provider = new TencentProvider(
    {
      setProvider: () => undefined,
      configSchemaHandler: { defineProvider: () => undefined, defineFunctionEvent: () => undefined },
    },
    {},
    { log: { notice: () => undefined, error: () => undefined }, writeText: () => undefined },
  );
  const of = (name: string): unknown => require(`serverless/lib/cli/${name}`);
  const resolve = of('commands-schema/resolve-final.js') as (plugins: unknown[], of: object) => Map<string, Schema>;
  return { parse: of('parse-args.js') as ParseArgs, commands: resolve([provider], { providerName: 'tencent' }) };
}
const osls = oslsCommands();

/** @throws when osls would refuse it, or when it would go to the stage `dev` without anybody having said so */
function parseServerless(args: readonly string[]): void {
  const end = args.findIndex((argument) => argument.startsWith('-'));
  const name = (end < 0 ? args : args.slice(0, end)).join(' ');
  const schema = osls.commands.get(name);
  if (!schema) throw new RangeError(`no command ${name}`);
  const options = Object.entries(schema.options ?? {});
  const named = (type: string) => new Set(options.flatMap(([key, option]) => (option.type === type ? [key] : [])));
  const alias = new Map(options.flatMap(([key, { shortcut }]) => (shortcut ? [[shortcut, key] as const] : [])));
  const string = new Set(options.flatMap(([key, { type }]) => (type === undefined || type === 'string' ? [key] : [])));
  const { _: words, ...given } = osls.parse(args, {
    ...{ boolean: named('boolean'), multiple: named('multiple') },
    alias,
    string,
  });
  if ((words as string[]).join(' ') !== name) throw new RangeError(`${(words as string[]).join(' ')}: surplus words`);
  const unknown = Object.keys(given).find((key) => !(key in (schema.options ?? {})));
  if (unknown !== undefined) throw new RangeError(`--${unknown} is no option of ${name}`);
  if (typeof given['stage'] !== 'string') throw new RangeError('--stage: without it, it is dev');
}

const PARSERS: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  'npx serverless': parseServerless,
  'npm run provision': parseProvisionArgs,
  'npm run doctor': parseDoctorArgs,
  'npm run web': parseWebArgs,
  'npm run migrate': parseMigrateArgs,
};

/** As a shell parts it; `a|b` and `[…]` are the document's own way to say which there are. */
function problemsOf(command: string): string[] {
  const [, start = '', rest = ''] = /^(npx serverless|npm run \w+)\s*(.*)$/.exec(command) ?? [];
  const words = (rest.replaceAll(/[[\]]/g, '').match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
  const choices = words.reduce<string[][]>(
    (all, word) => {
      const ways = /^[a-z]+(\|[a-z]+)+$/.test(word) ? word.split('|') : [word];
      return all.flatMap((before) => ways.map((way) => [...before, way]));
    },
    [[]],
  );
  return choices.flatMap((args) => {
    if (start.startsWith('npm') && args.length > 0 && args[0] !== '--')
      return [`${command}: npm takes what is not behind --`];
    try {
      PARSERS[start]?.(args);
      return [];
    } catch (error) {
      return [`${command}: ${(error as Error).message}`];
    }
  });
}

describe('the commands that operators are told', () => {
  it('are taken by the programs that they name, with a stage wherever one is needed', () => {
    const found = documents.flatMap((file) => commandsOf(textOf(file)).map((command) => ({ file, command })));
    expect(found.length).toBeGreaterThan(30);
    const wrong = found.flatMap(({ file, command }) => problemsOf(command).map((problem) => `${file}: ${problem}`));
    expect(wrong).toEqual([]);
  });

  it.each([
    ['npx serverless info', '--stage: without it'],
    ['npx serverless deploy --stage prod --verfy', '--verfy is no option of deploy'],
    ['npx serverless logs --stage prod', 'no command logs'],
    ["npx serverless invoke -f create-operator -d '{}'", '--stage: without it'],
    ['npm run provision', '--stage: required'],
    ['npm run provision -- --stage prod --secrets x', "Unknown option '--secrets'"],
    ['npm run doctor --stage prod', 'npm takes what is not behind --'],
    ['npm run web -- --publish', '--stage: required with --publish'],
    ['npm run migrate -- down --stage prod', 'which one: status, plan, up'],
  ])('%s would be found', (command, problem) => {
    expect(commandsOf(`say \`${command}\` and`)).toEqual([command]);
    expect(problemsOf(command)).toEqual([expect.stringContaining(problem)]);
  });

  it('of the first deployment name every variable that a deploy reads', () => {
    const read = [
      ...[...textOf('serverless.yml').matchAll(/\$\{env:([A-Z_]+)/g)].map(([, name]) => name as string),
      ...['WEB_BUCKET', 'CODE_BUCKET', 'ALARM_NOTICES', 'TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY'],
    ];
    const runbook = textOf('docs/runbooks/first-deployment.md');
    expect(read.length).toBeGreaterThan(20);
    expect(
      [...new Set(read)].filter((name) => !runbook.includes(`\`${name}`) && !runbook.includes(`${name}=`)),
    ).toEqual([]);
  });

  it('of the first deployment point to tests that are there', () => {
    const tests = listFiles(ROOT, ['tests'], /\.test\.ts$/)
      .map(textOf)
      .join('\n');
    const runbook = textOf('docs/runbooks/first-deployment.md');
    const shown = [...runbook.matchAll(/\*Shown by\*([^\n]*(?:\n(?!\n)[^\n]*)?)/g)];
    const titles = shown.flatMap(([, words]) =>
      [...(words as string).matchAll(/“([^”]+)”/g)].map(([, title]) => title as string),
    );
    expect(titles.length).toBeGreaterThan(5);
    expect(titles.filter((title) => !tests.includes(title.replaceAll('\n', ' ')))).toEqual([]);
  });
});
