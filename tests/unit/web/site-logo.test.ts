import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../../../scripts/build/build-functions.ts';
import { readLogo } from '../../../scripts/web/read-logo.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'site-logo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (content: string | Buffer): string => {
  const path = join(folder, 'logo');
  writeFileSync(path, content);
  return path;
};
const svg = (inside: string, attributes = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"${attributes}>${inside}</svg>`;
const png = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: '#2d4c8f' } })
    .png()
    .toBuffer();

describe('an operator’s logo', () => {
  it('is a plain drawing or a small picture, at an address that changes with it', async () => {
    const first = readLogo(file(svg('<path d="M0 0h9v9z"/>')));
    expect(first).toMatchObject({
      contentType: 'image/svg+xml',
      path: expect.stringMatching(/^\/logo-[0-9a-f]{12}\.svg$/),
    });
    expect(readLogo(file(svg('<path d="M0 0h8v8z"/>'))).path).not.toBe(first.path);
    const picture = await png(128, 100);
    const logo = readLogo(file(picture));
    expect(logo).toMatchObject({ contentType: 'image/png', path: expect.stringMatching(/^\/logo-[0-9a-f]{12}\.png$/) });
    expect(logo.bytes.equals(picture)).toBe(true);
  });

  it('may be what drawing programs write', () => {
    readLogo(join(REPOSITORY_ROOT, 'web/public/icon.svg'));
    const drawn = svg(
      `<title>衣影 &amp; Co</title><defs><style>.a{fill:url(#g)} .b{fill:url('#g')}</style>
       <linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>
       <!-- <script> in a comment is none --><use href="#a"/><use xlink:href='#a' /><path class="a" style="fill:url(#g)" d="M0 0"/>`,
      ' xmlns:xlink="http://www.w3.org/1999/xlink"',
    );
    readLogo(file(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n${drawn}\n`));
  });

  it.each([
    ['<script>alert(1)</script>', '<script>'],
    ['<SCRIPT>alert(1)</SCRIPT>', '<SCRIPT>'],
    ['<svg:script xmlns:svg="http://www.w3.org/2000/svg">1</svg:script>', '<svg:script>'],
    ['<path d="M0 0" onclick="alert(1)"/>', 'onclick is a script'],
    ['<path d="M0 0" ONLOAD="alert(1)"/>', 'ONLOAD is a script'],
    ['<path d="M0 0"onload=alert(1) />', 'not well-formed'],
    ['<foreignObject><p>x</p></foreignObject>', '<foreignObject>'],
    ['<a href="javascript:alert(1)"><path d="M0 0"/></a>', '<a>'],
    ['<use href="https://example.com/x.svg#a"/>', 'href may only name'],
    ['<use xlink:href="data:image/svg+xml,x"/>', 'xlink:href may only name'],
    ['<image href="#a"/>', '<image>'],
    ['<animate attributeName="href" to="javascript:1"/>', '<animate>'],
    ['<set attributeName="onclick" to="1"/>', '<set>'],
    ['<style>@import "https://example.com/x.css";</style>', 'fetch nothing'],
    ['<path style="fill:url(https://example.com/x#a)" d=""/>', 'fetch nothing'],
    ['<path style="fill:u\\72l(x)" d=""/>', 'escapes'],
    ['<path style="fill:&#117;rl(x)" d=""/>', 'escapes'],
    ['<style><![CDATA[ a{} ]]></style>', 'not well-formed'],
    ['<?php echo 1 ?>', 'not well-formed'],
    ['<path d="M0 0" title="a<b"/>', 'not well-formed'],
  ])('that holds %s is refused, with the field and the rule', (inside, rule) => {
    const read = () => readLogo(file(svg(inside)));
    expect(read).toThrow('logoFile');
    expect(read).toThrow(rule);
  });

  it.each([
    '<?xml-stylesheet type="text/css" href="https://example.com/x.css"?>',
    '<?xml version="1.0"?><?xml-stylesheet href="https://example.com/x.xsl" type="text/xsl"?>',
    '<?xml version="1.0" encoding="utf-7"?>',
  ])('that begins with %s is refused', (head) => {
    expect(() => readLogo(file(`${head}${svg('')}`))).toThrow('logoFile');
  });

  it('is refused when it is something else, too big, too small, lying or cut off', async () => {
    const problems = [
      ['<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"></svg>', 'neither a PNG nor an SVG'],
      ['<html></html>', 'neither a PNG nor an SVG'],
      [Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'neither a PNG nor an SVG'],
      ['', 'neither a PNG nor an SVG'],
      ['<svg viewBox="0 0 1 1"></svg>', 'without xmlns'],
      [svg(`<path d="${'M0 0'.repeat(20_000)}"/>`), 'at most 65536'],
      [await png(16, 16), '16×16'],
      [await png(1025, 600), '1025×600'],
      [await png(300, 100), 'about square'],
      [(await png(64, 64)).subarray(0, 60), 'cut off'],
      [(await png(64, 64)).subarray(0, 20), 'cut off'],
    ] as const;
    for (const [content, rule] of problems) {
      expect(() => readLogo(file(content)), rule).toThrow('logoFile');
      expect(() => readLogo(file(content)), rule).toThrow(rule);
    }
    expect(() => readLogo(join(folder, 'nowhere.svg'))).toThrow(/logoFile: .*nowhere\.svg.*cannot be read/);
  });
});
