import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slimTencentSdk } from '../../../scripts/build/slim-tencent-sdk.ts';
import { ApiRefusal } from '../../../scripts/local/tencent-api/api-refusal.ts';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import type { aiartClient } from '../../../shared/engines/aiart-client.ts';

const credentials = { secretId: 'AKIDslim', secretKey: 'key-of-this-test-alone', sessionToken: 'token' };
const folder = mkdtempSync(join(tmpdir(), 'slim-sdk-'));
let api: TencentApi;
let text: string;
let ask: (payload: Record<string, unknown>, endpoint?: string) => Promise<unknown>;
const heard: unknown[] = [];

beforeAll(async () => {
  const act = async ({ action, payload }: { action: string; payload: Readonly<Record<string, unknown>> }) => {
    heard.push([action, payload]);
    if (payload['Prompt'] === '') throw new ApiRefusal('InvalidParameterValue.ParameterValueError', 'Prompt');
    return { ResultImage: 'http://127.0.0.1/a.jpg' };
  };
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  const aiart = { services: { '2022-12-29': 'aiart' }, act };
  api = await startTencentApi({ clock: () => Date.now(), credentials: [credentials], secrets: {}, sms, aiart });
  const { outputFiles } = await build({
    entryPoints: ['shared/engines/aiart-client.ts'],
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', minify: true, write: false },
    plugins: [slimTencentSdk],
  });
  text = outputFiles[0]?.text ?? '';
  const file = join(folder, 'client.cjs');
  writeFileSync(file, text);
  const bundle = createRequire(import.meta.url)(file) as { aiartClient: typeof aiartClient };
  const bucket = { bucket: 'b-1250000000', region: 'ap-guangzhou', credentials: () => credentials };
  ask = (payload, endpoint = api.url) =>
    bundle.aiartClient({ bucket, region: 'ap-guangzhou', endpoint })('ReplaceBackground', payload);
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the slim SDK', () => {
  it('is at most 30 KB gzipped with the client around it, and prints nothing', () => {
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(30 * 1024);
    expect(text).not.toMatch(/\bconsole\b\s*[.[]/);
  });

  it('signs, sends and reads as the whole one does, Chinese and the token of a role too', async () => {
    expect(await ask({ ProductUrl: 'http://127.0.0.1/p.jpg', Prompt: '木质桌面' })).toMatchObject({
      ResultImage: 'http://127.0.0.1/a.jpg',
    });
    expect(heard.at(-1)).toEqual(['ReplaceBackground', { ProductUrl: 'http://127.0.0.1/p.jpg', Prompt: '木质桌面' }]);
  });

  it("tells a refusal by Tencent's code, and what was not answered as such", async () => {
    await expect(ask({ Prompt: '' })).rejects.toMatchObject({ code: 'InvalidParameterValue.ParameterValueError' });
    await expect(ask({ Prompt: 'a' }, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'Client.Network' });
  });
});
