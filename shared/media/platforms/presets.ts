/** What a shop asks of a picture. Sizes are pixels, bytes are read so that decimal and binary kilobytes both agree. */
export interface PicturePreset {
  readonly id: string;
  readonly platform: PlatformName;
  readonly zh: string;
  readonly en: string;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png';
  readonly bytes: { readonly min: number; readonly max: number };
  /** `white`: pure white (255) around. `scene`: a quiet ground may stay. */
  readonly ground: 'white' | 'scene';
  /** The share of the limiting side that the garment fills. */
  readonly fill: number;
  /** How much of each side must stay clear of the garment, as a share of it. */
  readonly margin: number;
  /** What these figures were taken from, in words. */
  readonly source: string;
  /** Where it stands; empty: nowhere that we know. */
  readonly sourceUrl: string;
  /** The day in China on which somebody last compared these figures with that page; null: nobody has. */
  readonly verifiedAt: string | null;
}

export const PLATFORMS = {
  taobao: { zh: '淘宝 / 天猫', en: 'Taobao / Tmall' },
  jd: { zh: '京东', en: 'JD.com' },
  pinduoduo: { zh: '拼多多', en: 'Pinduoduo' },
  douyin: { zh: '抖音', en: 'Douyin' },
  xiaohongshu: { zh: '小红书', en: 'Xiaohongshu' },
  amazon: { zh: 'Amazon', en: 'Amazon' },
  shopify: { zh: 'Shopify', en: 'Shopify' },
} as const satisfies Readonly<Record<string, { zh: string; en: string }>>;
export type PlatformName = keyof typeof PLATFORMS;
export const PLATFORM_NAMES = Object.keys(PLATFORMS) as [PlatformName, ...PlatformName[]];

const KB = 1000;
const KIB = 1024;
const MB = 1_000_000;
const TAOBAO = 'seller help, secondary source; merchants confirm in their own back office';
const OWN = 'common practice; the shop publishes no fixed figure that we could check';

const row = (
  id: string,
  platform: PlatformName,
  [zh, en]: readonly [string, string],
  [width, height]: readonly [number, number],
  rest: Pick<PicturePreset, 'bytes' | 'ground' | 'fill' | 'margin' | 'source'> &
    Partial<Pick<PicturePreset, 'sourceUrl' | 'verifiedAt'>>,
): PicturePreset => {
  return { id, platform, zh, en, width, height, format: 'jpeg', sourceUrl: '', verifiedAt: null, ...rest };
};

/** The first edition, which the migration writes; operators edit the next ones in the console. */
export const PRESETS: readonly PicturePreset[] = [
  row('taobao-main', 'taobao', ['主图', 'Main picture'], [800, 800], {
    ...{ bytes: { min: 0, max: 3 * MB }, ground: 'scene', fill: 0.82, margin: 0.05, source: TAOBAO },
  }),
  row('taobao-white', 'taobao', ['白底图（第五张）', 'White picture (the fifth)'], [800, 800], {
    ...{ bytes: { min: 38 * KIB, max: 300 * KB }, ground: 'white', fill: 0.85, margin: 0.03, source: TAOBAO },
  }),
  row('taobao-portrait', 'taobao', ['3:4 主图', '3:4 main picture'], [750, 1000], {
    ...{ bytes: { min: 0, max: 3 * MB }, ground: 'scene', fill: 0.82, margin: 0.05, source: TAOBAO },
  }),
  row('taobao-long', 'taobao', ['长图', 'Long picture'], [800, 1200], {
    ...{ bytes: { min: 0, max: 3 * MB }, ground: 'scene', fill: 0.82, margin: 0.05, source: TAOBAO },
  }),
  row('jd-main', 'jd', ['主图', 'Main picture'], [800, 800], {
    ...{ bytes: { min: 0, max: 1 * MB }, ground: 'white', fill: 0.85, margin: 0.03, source: OWN },
  }),
  row('pinduoduo-main', 'pinduoduo', ['主图', 'Main picture'], [800, 800], {
    ...{ bytes: { min: 0, max: 1 * MB }, ground: 'white', fill: 0.85, margin: 0.03, source: OWN },
  }),
  row('pinduoduo-portrait', 'pinduoduo', ['3:4 长图', '3:4 picture'], [750, 1000], {
    ...{ bytes: { min: 0, max: 1 * MB }, ground: 'scene', fill: 0.82, margin: 0.05, source: OWN },
  }),
  row('douyin-main', 'douyin', ['主图', 'Main picture'], [800, 800], {
    ...{ bytes: { min: 0, max: 5 * MB }, ground: 'white', fill: 0.85, margin: 0.03, source: OWN },
  }),
  row('douyin-portrait', 'douyin', ['3:4 主图', '3:4 main picture'], [1200, 1600], {
    ...{ bytes: { min: 0, max: 5 * MB }, ground: 'scene', fill: 0.82, margin: 0.05, source: OWN },
  }),
  row('xiaohongshu-note', 'xiaohongshu', ['笔记 3:4', 'Note, 3:4'], [1080, 1440], {
    ...{ bytes: { min: 0, max: 5 * MB }, ground: 'scene', fill: 0.8, margin: 0.06, source: OWN },
  }),
  row('amazon-main', 'amazon', ['主图', 'Main image'], [1600, 1600], {
    ...{ bytes: { min: 0, max: 10 * MB }, ground: 'white', fill: 0.88, margin: 0.02 },
    source: 'seller guide: pure white (RGB 255), the product fills at least 85 %, 1000 px or more, no text',
    ...{ sourceUrl: 'https://sellercentral.amazon.com/help/hub/reference/external/G1881', verifiedAt: '2026-11-26' },
  }),
  row('shopify-square', 'shopify', ['商品图', 'Product picture'], [2048, 2048], {
    ...{ bytes: { min: 0, max: 20 * MB }, ground: 'white', fill: 0.85, margin: 0.03 },
    source: 'help centre: square, 2048 px advised, at most 20 MB',
    sourceUrl: 'https://help.shopify.com/en/manual/products/product-media/product-media-types',
    verifiedAt: '2026-11-26',
  }),
];

export const PRESET_IDS = PRESETS.map(({ id }) => id) as [string, ...string[]];

export const presetOf = (id: string, presets = PRESETS): PicturePreset | undefined =>
  presets.find((preset) => preset.id === id);
