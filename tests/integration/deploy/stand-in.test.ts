import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScf, type ScfAction } from '../../../infra/deploy/scf-call.ts';
import { parseModels, readSdkModels } from '../../../scripts/local/tencent-account/read-sdk-models.ts';
import { answering, type DeployStage, deployStage } from '../../fixtures/tencent/deploy-stage.ts';

let stage: DeployStage;
beforeAll(async () => {
  stage = await deployStage({ takesMs: 0 });
});
afterAll(() => stage.close());

const ZipFile = Buffer.from(await answering('x').zip()).toString('base64');
const GOOD = { FunctionName: 'a-function', Code: { ZipFile }, Handler: 'index.main', Runtime: 'Nodejs20.19' };

/** What the stand-in says to a request that TypeScript would not let us write. */
async function codeOf(action: ScfAction, request: object): Promise<string> {
  return stage.call(action, request as never).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

describe("the SDK's models", () => {
  it('are all found, with every field', () => {
    const file = 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.d.ts';
    const text = readFileSync(createRequire(import.meta.url).resolve(file), 'utf8');
    const models = readSdkModels('scf', 'v20180416');
    expect(models.size).toBe(text.match(/^export (interface|declare type|type) /gm)!.length);
    const fields = [...models.values()].reduce((sum, list) => sum + (list?.length ?? 0), 0);
    expect(fields).toBe(text.match(/^ {4}\w+\??: /gm)!.length);
    expect(models.get('CreateTriggerRequest')).toContainEqual({
      name: 'FunctionName',
      required: true,
      type: 'string',
      isArray: false,
      values: null,
    });
  });

  it('are not silently none when the files look otherwise', () => {
    expect(() => parseModels('export class X { }')).toThrow('no models were found');
  });
});

describe('the account refuses', () => {
  it.each<[string, ScfAction, object, string]>([
    ['an unknown field', 'CreateFunction', { ...GOOD, FunctionNme: 'x' }, 'UnknownParameter'],
    ['an unknown field of an object', 'CreateFunction', { ...GOOD, VpcConfig: { Vpc: 'x' } }, 'UnknownParameter'],
    ['a missing field', 'CreateFunction', { ...GOOD, Code: undefined }, 'MissingParameter'],
    ['another type', 'CreateFunction', { ...GOOD, MemorySize: '128' }, 'InvalidParameter'],
    ['no array', 'CreateFunction', { ...GOOD, Environment: { Variables: {} } }, 'InvalidParameter'],
    [
      'a value that is not listed',
      'CreateFunction',
      { ...GOOD, PublicNetConfig: { PublicNetStatus: 'ON' } },
      'InvalidParameterValue',
    ],
    ['a memory between the steps', 'CreateFunction', { ...GOOD, MemorySize: 200 }, 'InvalidParameterValue.MemorySize'],
    ['a timeout over 900 s', 'CreateFunction', { ...GOOD, Timeout: 901 }, 'InvalidParameterValue.Timeout'],
    [
      'a description with brackets',
      'CreateFunction',
      { ...GOOD, Description: '[a]' },
      'InvalidParameterValue.Description',
    ],
    ['a runtime that is none', 'CreateFunction', { ...GOOD, Runtime: 'Nodejs99' }, 'InvalidParameterValue.Runtime'],
    [
      'a handler in a folder',
      'CreateFunction',
      { ...GOOD, Handler: 'dist/index.main' },
      'InvalidParameterValue.Handler',
    ],
    ['a zip without the file', 'CreateFunction', { ...GOOD, Handler: 'main.main' }, 'InvalidParameterValue.Code'],
    ['what is no zip', 'CreateFunction', { ...GOOD, Code: { ZipFile: 'AAAA' } }, 'InvalidParameterValue.ZipFile'],
    [
      'an environment key of its own',
      'CreateFunction',
      { ...GOOD, Environment: { Variables: [{ Key: 'SCF_X', Value: '' }] } },
      'InvalidParameterValue.Environment',
    ],
    ['a namespace that is not there', 'CreateFunction', { ...GOOD, Namespace: 'no' }, 'ResourceNotFound.Namespace'],
    ['a function that is not there', 'GetFunction', { FunctionName: 'no' }, 'ResourceNotFound.Function'],
    ['an action that is not played', 'CopyFunction' as ScfAction, {}, 'InvalidAction'],
  ])('%s', async (_what, action, request, code) => {
    expect(await codeOf(action, request)).toBe(code);
  });

  it('what conflicts with what is there', async () => {
    expect(await codeOf('CreateFunction', GOOD)).toBe('done');
    expect(await codeOf('CreateFunction', GOOD)).toBe('ResourceInUse.Function');
    const url = { FunctionName: GOOD.FunctionName, TriggerName: 'u', Type: 'http', Qualifier: '$DEFAULT' };
    const domain = { Domain: 'a.example.com', Protocol: 'HTTP' };
    const rule = { Namespace: 'default', FunctionName: GOOD.FunctionName, Qualifier: '$DEFAULT', PathMatch: '/a' };
    expect(await codeOf('CreateCustomDomain', { ...domain, EndpointsConfig: [rule] })).toContain('EndpointsConfig');
    const TriggerDesc = JSON.stringify({
      AuthType: 'NONE',
      NetConfig: { EnableIntranet: false, EnableExtranet: true },
    });
    expect(await codeOf('CreateTrigger', { ...url, TriggerDesc })).toBe('done');
    expect(await codeOf('CreateCustomDomain', { ...domain, Protocol: 'HTTPS', EndpointsConfig: [rule] })).toContain(
      'Cert',
    );
    const badRule = { ...rule, PathMatch: '/a/{id}' };
    expect(await codeOf('CreateCustomDomain', { ...domain, EndpointsConfig: [badRule] })).toContain('EndpointsConfig');
    expect(await codeOf('CreateCustomDomain', { ...domain, EndpointsConfig: [rule] })).toBe('done');
    expect(await codeOf('DeleteFunction', { FunctionName: GOOD.FunctionName })).toBe('FailedOperation.DeleteFunction');
    const cos = { ...url, TriggerName: 'b-1250000000.cos.ap-guangzhou.myqcloud.com', Type: 'cos' };
    const desc = (prefix: string) =>
      JSON.stringify({ event: 'cos:ObjectCreated:*', filter: { Prefix: prefix, Suffix: '' } });
    expect(await codeOf('CreateTrigger', { ...cos, TriggerDesc: desc('a/') })).toBe('done');
    expect(await codeOf('CreateTrigger', { ...cos, TriggerDesc: desc('a/b/') })).toBe('ResourceInUse.Trigger');
    expect(await codeOf('CreateTrigger', { ...cos, TriggerDesc: desc('b/').replace(',', ', ') })).toContain(
      'TriggerDesc',
    );
  });

  it('a change while another is under way', async () => {
    const slow = await deployStage({ takesMs: 60_000 });
    try {
      await slow.call('CreateFunction', GOOD);
      const change = slow.call('UpdateFunctionConfiguration', { FunctionName: GOOD.FunctionName, Timeout: 5 });
      await expect(change).rejects.toMatchObject({ code: 'FailedOperation.FunctionStatusError' });
    } finally {
      await slow.close();
    }
  });

  it('a key that it does not know', async () => {
    const credentials = { secretId: 'AKIDdeploytest', secretKey: 'another' };
    const call = openScf({ credentials, region: 'ap-guangzhou', endpoint: stage.url });
    await expect(call('ListNamespaces', {})).rejects.toMatchObject({ code: 'AuthFailure.SignatureFailure' });
  });

  it('the 21st call of an action within a second', async () => {
    const fresh = await deployStage();
    try {
      const call = openScf({ credentials: fresh.credentials, region: 'ap-guangzhou', endpoint: fresh.url });
      const calls = await Promise.allSettled(Array.from({ length: 21 }, () => call('ListNamespaces', {})));
      expect(calls.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    } finally {
      await fresh.close();
    }
  });
});
