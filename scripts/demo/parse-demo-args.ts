import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { STANDIN, STANDIN_ENGINES } from '../local/tencent-engines/standin-engines.ts';

export interface DemoArguments {
  readonly json: boolean;
  readonly featureId: string;
  /** By which channel the plan is paid. */
  readonly channel: 'wechat' | 'alipay';
  /** At the end an operator gives the unused part back. */
  readonly refund: boolean;
  /** AI_ENGINES of the demo's cloud, played by stand-ins. */
  readonly engines?: string;
  /** Photos and results are looked at by a stand-in of IMS. */
  readonly moderation: boolean;
  /** The photos are one batch. */
  readonly batch: boolean;
  /** Absolute. Empty: sample garments are drawn. */
  readonly photos: readonly string[];
}

export const USAGE = `npm run demo [-- [--json] [--feature card] [--batch folder] [--channel alipay] [--refund] [photo …]]
  photo            JPEG, PNG or WebP files; none: sample garments are drawn
  --feature card   which card to order from: basic_clean (as it stands), storyboard_template, platform_pack, poster, …
  --batch folder   all pictures of a folder (at most 100) as one batch; its results come as one ZIP
  --engine tencent-standin   AI engines, played by stand-ins: opens model_pose12, video_generate, ai_background, photo_upscale, photo_repair
  --moderation tencent-standin   photos, results and words are looked at first, by stand-ins that refuse pure magenta and 【违规示例】
  --channel        wechat (as it stands) or alipay
  --refund         at the end an operator gives the money for the unused credits back
  --json           one JSON document on standard output, nothing else (npm run -s demo -- --json)`;

const PICTURE = /\.(jpe?g|png|webp)$/i;
const MAX_BATCH = 100;

/** `from` is where the user stood. @throws Error with a line for the user */
export function parseDemoArgs(args: readonly string[], from: string): DemoArguments {
  const rest = [...args];
  const json = takeFlag(rest, '--json');
  const refund = takeFlag(rest, '--refund');
  const channel = takeValue(rest, '--channel') ?? 'wechat';
  if (channel !== 'wechat' && channel !== 'alipay') throw new Error(`demo: --channel is wechat or alipay\n${USAGE}`);
  const featureId = takeValue(rest, '--feature') ?? 'basic_clean';
  const engine = takeValue(rest, '--engine');
  if (engine !== undefined && engine !== STANDIN) throw new Error(`demo: --engine is ${STANDIN}\n${USAGE}`);
  const moderation = takeValue(rest, '--moderation');
  if (moderation !== undefined && moderation !== 'tencent-standin')
    throw new Error(`demo: --moderation is tencent-standin\n${USAGE}`);
  const folder = takeValue(rest, '--batch');
  const unknown = rest.find((arg) => arg.startsWith('-'));
  if (unknown !== undefined) throw new Error(`demo: unknown option ${unknown}\n${USAGE}`);
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(from, path));
  const photos = folder === undefined ? rest.map(absolute) : picturesIn(absolute(folder));
  for (const photo of photos) {
    if (!existsSync(photo)) throw new Error(`demo: there is no file ${photo}`);
    if (!statSync(photo).isFile()) throw new Error(`demo: ${photo} is not a file`);
  }
  const engines = engine === undefined ? {} : { engines: STANDIN_ENGINES };
  const standins = { ...engines, moderation: moderation !== undefined };
  return { json, channel, refund, featureId, ...standins, batch: folder !== undefined, photos };
}

function takeFlag(args: string[], option: string): boolean {
  const at = args.indexOf(option);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
}

function takeValue(args: string[], option: string): string | undefined {
  const at = args.indexOf(option);
  if (at < 0) return undefined;
  const [, value] = args.splice(at, 2);
  if (value === undefined || value.startsWith('-')) throw new Error(`demo: ${option} needs a value\n${USAGE}`);
  return value;
}

function picturesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`demo: there is no folder ${folder}`);
  const names = readdirSync(folder).filter((name) => PICTURE.test(name));
  if (names.length === 0) throw new Error(`demo: ${folder} holds no JPEG, PNG or WebP`);
  if (names.length > MAX_BATCH)
    throw new Error(`demo: ${folder} holds ${names.length} pictures, a batch at most ${MAX_BATCH}`);
  return names.sort().map((name) => join(folder, name));
}
