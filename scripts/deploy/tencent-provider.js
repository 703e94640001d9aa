// The provider that osls loads for `provider.name: tencent`. Node 20 reads no TypeScript, so this file is JavaScript and
// does nothing but hand each command over to run-command.ts, which is loaded when a command needs it.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const anything = /** @type {const} */ ({ type: 'object', additionalProperties: true });

/**
 * osls' schema only has to let our keys through: the strict reading, with a reason for each refusal, is our own
 * (infra/serverless/read-service.ts), and runs before every command.
 */
const SCHEMA = {
  provider: {
    properties: {
      region: { type: 'string' },
      runtime: { type: 'string' },
      memorySize: { type: 'integer' },
      timeout: { type: 'integer' },
      access: anything,
      databaseConnections: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      vpcConfig: anything,
      environment: anything,
      customDomain: anything,
    },
  },
  function: {
    properties: {
      ...Object.fromEntries(
        ['description', 'namespace', 'source', 'handler'].map((name) => [name, { type: 'string' }]),
      ),
      ...Object.fromEntries(
        ['memorySize', 'timeout', 'initTimeout', 'reservedConcurrency'].map((name) => [name, { type: 'integer' }]),
      ),
      ignoreSysLog: { type: 'boolean' },
      access: anything,
      environment: anything,
      layers: anything,
      asyncInvoke: anything,
      deadLetter: anything,
    },
  },
};

/** Keys of a function that osls itself describes in another way are left to it. */
const DEPLOY_OPTIONS = {
  'dry-run': { usage: 'Print the plan and stop', type: 'boolean' },
  verify: { usage: 'Read everything back afterwards', type: 'boolean' },
};

export default class TencentProvider {
  static getProviderName() {
    return 'tencent';
  }

  /**
   * @param {any} serverless osls has no types
   * @param {Record<string, unknown>} options
   * @param {{ log: { notice: (line: string) => void, error: (line: string) => void }, writeText: (line: string) => void }} utils
   */
  constructor(serverless, options, utils) {
    this.serverless = serverless;
    this.options = options;
    this.utils = utils;
    this.provider = this;
    serverless.setProvider('tencent', this);
    serverless.configSchemaHandler.defineProvider('tencent', SCHEMA);
    for (const event of ['http', 'cos', 'timer']) {
      serverless.configSchemaHandler.defineFunctionEvent('tencent', event, anything);
    }
    this.commands = { deploy: { options: DEPLOY_OPTIONS, commands: { function: { options: DEPLOY_OPTIONS } } } };
    const run = (/** @type {string} */ name) => () => this.run(name);
    this.hooks = {
      initialize: run('check'),
      // osls would pack the whole repository; a named artifact keeps it from that.
      'before:package:createDeploymentArtifacts': () => {
        serverless.service.package.artifact = fileURLToPath(import.meta.url);
      },
      // A deploy packs for itself, and only what it sends.
      'package:finalize': () => (serverless.processedInput.commands[0] === 'package' ? this.run('package') : undefined),
      'deploy:deploy': run('deploy'),
      'deploy:function:deploy': run('deploy function'),
      'info:info': run('info'),
      'invoke:invoke': run('invoke'),
      'invoke:local:invoke': run('invoke local'),
      'rollback:rollback': run('rollback'),
      'remove:remove': run('remove'),
    };
  }

  /** @param {string} name */
  async run(name) {
    await import('../bootstrap/load-typescript.mjs');
    const { runCommand } = await import('./run-command.ts');
    const { messageOf } = await import('../../infra/deploy/run-deploy.ts');
    const stage = this.serverless.service.provider.stage ?? 'dev';
    try {
      await runCommand(name, this.options, {
        root,
        stage,
        env: process.env,
        say: (line) => this.utils.writeText(line),
      });
    } catch (error) {
      // Said as it is: the stack of a refusal helps nobody.
      const ServerlessError = this.serverless.classes.Error;
      throw error instanceof Error ? new ServerlessError(messageOf(error)) : error;
    }
  }
}
