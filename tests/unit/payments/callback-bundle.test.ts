import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const FOLDER = 'shared/payments/';

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

const SIGNS =
  /sign-request|sign-parameters|signing-config|send-request|create-order|refund-order|-channel\.ts|fetch-bytes/;

describe("a callback's bundle", () => {
  it.each([
    ['wechat', 'openVerifyingKeys', 'createDecipheriv'],
    ['alipay', 'openVerifyingKey', 'createPublicKey'],
  ])('of %s holds no code that signs, asks the channel, or reads a private key', async (channel, open, holds) => {
    const { text, own } = await bundle(
      `export { verifyNotice } from './${FOLDER}${channel}/verify-notice.ts'; export { ${open} } from './${FOLDER}${channel}/verifying-config.ts';`,
    );
    expect(own).toContain(`${channel}/verify-notice.ts`);
    expect(own.filter((path) => SIGNS.test(path))).toEqual([]);
    expect(text).not.toMatch(/createPrivateKey|createSign|\bsign\(/);
    expect(text).toContain(holds);
  });

  it.each([
    ['wechat', 'wechatPayChannel', 'wechat-pay-channel'],
    ['alipay', 'alipayChannel', 'alipay-channel'],
  ])('of %s would be found out: a signer does hold it', async (channel, name, file) => {
    const { text, own } = await bundle(`export { ${name} } from './${FOLDER}${channel}/${file}.ts';`);
    expect(own.filter((path) => SIGNS.test(path)).length).toBeGreaterThan(4);
    expect(text).toMatch(/createPrivateKey/);
    expect(text).not.toContain('createDecipheriv');
  });
});
