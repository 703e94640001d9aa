import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const FOLDER = 'shared/payments/wechat/';

async function bundle(source: string) {
  const built = await build({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    write: false,
    metafile: true,
  });
  const own = Object.keys(built.metafile.inputs).filter((path) => path.includes(FOLDER));
  return {
    text: built.outputFiles[0]?.text ?? '',
    own: own.map((path) => path.slice(path.indexOf(FOLDER) + FOLDER.length)),
  };
}

describe("a callback's bundle", () => {
  it('holds no code that signs or reads a private key', async () => {
    const { text, own } = await bundle(
      `export { verifyNotice } from './${FOLDER}verify-notice.ts'; export { openVerifyingKeys } from './${FOLDER}verifying-config.ts';`,
    );
    expect(own).toContain('verify-notice.ts');
    for (const file of ['sign-request.ts', 'signing-config.ts', 'send-request.ts', 'wechat-pay-channel.ts']) {
      expect(own).not.toContain(file);
    }
    expect(text).not.toMatch(/createPrivateKey|createSign|\bsign\b/);
    expect(text).toContain('createDecipheriv');
  });

  it('a signer does hold it, so the look at the bundle sees something', async () => {
    const { text } = await bundle(`export { wechatPayChannel } from './${FOLDER}wechat-pay-channel.ts';`);
    expect(text).toMatch(/createPrivateKey/);
    expect(text).not.toContain('createDecipheriv');
  });
});
