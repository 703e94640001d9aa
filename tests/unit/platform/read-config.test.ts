import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CredentialsMissing, credentialsOf } from '../../../shared/config/credentials.ts';
import { functionServices } from '../../../shared/config/function-services.ts';
import { BASE_CONFIG, ConfigInvalid, readConfig } from '../../../shared/config/read-config.ts';

const Schema = z.object({ ...BASE_CONFIG, COS_BUCKET: z.string().check(z.regex(/^[a-z0-9-]+-\d+$/)) });
const GOOD = { STAGE: 'test', REGION: 'ap-guangzhou', COS_BUCKET: 'yiying-1250000000' };

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(Schema, environment);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration of a function', () => {
  it('is read with its defaults; keys that it does not declare are not seen', () => {
    expect(readConfig(Schema, { ...GOOD, PATH: '/bin' })).toEqual({ ...GOOD, WEB_ORIGINS: [], CHECK_REPLIES: '0' });
    expect(readConfig(Schema, { ...GOOD, WEB_ORIGINS: 'https://a.example,http://127.0.0.1:8080' }).WEB_ORIGINS).toEqual(
      ['https://a.example', 'http://127.0.0.1:8080'],
    );
  });
  it('names everything that is missing or bad at once', () => {
    const problems = problemsOf({ REGION: '', STAGE: 'Prod!', WEB_ORIGINS: '*' });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'COS_BUCKET',
      'REGION',
      'STAGE',
      'WEB_ORIGINS',
    ]);
    expect(problems).toContain('REGION is missing');
    expect(problems.join()).toContain('STAGE must match');
  });
  it('never shows a value', () => {
    const text = problemsOf({
      ...GOOD,
      STAGE: 'S3CRET-VALUE',
      SECRETS_ENDPOINT: 'S3CRET-VALUE',
      CHECK_REPLIES: 'S3CRET-VALUE',
    }).join();
    expect(text).toContain('SECRETS_ENDPOINT');
    expect(text).not.toContain('S3CRET');
  });
  it.each(['https://a.example/', 'a.example', 'https://*.example', 'https://a.example, https://b.example'])(
    'takes no origin such as %s',
    (origins) => {
      expect(problemsOf({ ...GOOD, WEB_ORIGINS: origins }).join()).toContain('WEB_ORIGINS must match');
    },
  );
});

describe('credentials', () => {
  it('are read anew at every call, with the token only where there is one', () => {
    expect(credentialsOf({ TENCENTCLOUD_SECRETID: 'a', TENCENTCLOUD_SECRETKEY: 'b' })).toEqual({
      secretId: 'a',
      secretKey: 'b',
    });
    const environment = { TENCENTCLOUD_SECRETID: 'c', TENCENTCLOUD_SECRETKEY: 'd', TENCENTCLOUD_SESSIONTOKEN: 'e' };
    expect(credentialsOf(environment)).toEqual({ secretId: 'c', secretKey: 'd', sessionToken: 'e' });
  });
  it('that are missing are named', () => {
    expect(() => credentialsOf({ TENCENTCLOUD_SECRETID: 'a' })).toThrow(CredentialsMissing);
    expect(() => credentialsOf({ TENCENTCLOUD_SECRETID: 'a' })).toThrow(/TENCENTCLOUD_SECRETKEY/);
  });
});

describe('the services of an instance', () => {
  it('are built once, when first asked for, by however many ask at once', async () => {
    let builds = 0;
    const parts = functionServices({ config: Schema, build: async () => ({ build: ++builds }) }, () =>
      readConfig(Schema, GOOD),
    );
    expect(builds).toBe(0);
    const all = await Promise.all([parts.services(), parts.services(), parts.services()]);
    expect(all).toEqual([{ build: 1 }, { build: 1 }, { build: 1 }]);
  });
  it('are built anew after a failure', async () => {
    let builds = 0;
    const build = () => {
      if (++builds === 1) throw new Error('secrets manager away');
      return 'services';
    };
    const parts = functionServices({ config: Schema, build }, () => readConfig(Schema, GOOD));
    await expect(parts.services()).rejects.toThrow('away');
    expect(await parts.services()).toBe('services');
  });
  it('are not tried with a bad configuration, which is read only once', async () => {
    let reads = 0;
    const parts = functionServices({ config: Schema, build: () => 'services' }, () => {
      reads++;
      return readConfig(Schema, {});
    });
    await expect(parts.services()).rejects.toThrow(ConfigInvalid);
    await expect(parts.services()).rejects.toThrow(ConfigInvalid);
    expect(reads).toBe(1);
  });
});
