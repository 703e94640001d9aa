import { TEMPLATE_FLAG } from '../ai-label.ts';
import type { ProcessorOutput, RunProcessor } from '../processor.ts';
import { findSuperlatives } from './superlatives.ts';
import type { TextBundleParams } from './text-bundle-params.ts';

const CATEGORIES: Readonly<Record<TextBundleParams['category'], { zh: string; en: string; tag: string }>> = {
  top: { zh: '上衣', en: 'top', tag: '上衣' },
  trousers: { zh: '裤装', en: 'trousers', tag: '裤子' },
  dress: { zh: '裙装', en: 'dress', tag: '连衣裙' },
  outerwear: { zh: '外套', en: 'outerwear', tag: '外套' },
  other: { zh: '服饰', en: 'garment', tag: '穿搭' },
};

/** Taobao cuts a title after 60 half-width characters, that is 30 Chinese ones; 小红书 after 20. */
const SHOP_TITLE = 30;
const NOTE_TITLE = 20;

/**
 * Titles, selling points, a detail page's text and a note, from templates: every sentence stands on a fact that the
 * merchant typed, what was not typed is not said. Flag `superlative_words`: the facts have words that advertising law
 * forbids; they are listed in `warnings`.
 */
export const writeTextBundle: RunProcessor<TextBundleParams> = ({ params }) => {
  const words = [params.name, params.material, ...params.points, ...params.colours].join('\n');
  const warnings = findSuperlatives(words);
  const bundle = {
    mark: { zh: '模板文案 · 非 AI 生成', en: 'From templates, not AI-generated' },
    zh: writeChinese(params),
    en: writeEnglish(params),
    warnings: warnings.map((word) => ({
      word,
      zh: '广告法限制用语，请修改后使用',
      en: 'Restricted by the Advertising Law; rephrase it',
    })),
  };
  const flags = [TEMPLATE_FLAG, ...(warnings.length > 0 ? ['superlative_words'] : [])];
  const file = (name: string, contentType: ProcessorOutput['contentType'], text: string): ProcessorOutput => ({
    ...{ name, contentType, bytes: Buffer.from(text), width: 0, height: 0, flags: [...flags] },
  });
  return Promise.resolve([
    file('copy.json', 'application/json', `${JSON.stringify(bundle, null, 2)}\n`),
    file('copy.txt', 'text/plain; charset=utf-8', plainText(bundle.zh, bundle.en)),
  ]);
};

interface Copy {
  readonly title: string;
  readonly points: readonly string[];
  readonly detail: string;
  readonly note: { readonly title: string; readonly body: string };
}

function writeChinese(facts: TextBundleParams): Copy {
  const { zh, tag } = CATEGORIES[facts.category];
  const points = [
    ...(facts.material ? [`面料：${facts.material}`] : []),
    ...facts.points,
    ...(facts.colours.length > 0 ? [`颜色：${facts.colours.join('、')}`] : []),
    ...(facts.sizes.length > 0 ? [`尺码：${facts.sizes.join(' / ')}`] : []),
  ];
  const from = facts.storeName ? `${facts.storeName}上新：` : '';
  const day = facts.launchDate ? `，${chineseDate(facts.launchDate)}上架` : '';
  const price = facts.priceYuan === undefined ? '' : `价格 ¥${money(facts.priceYuan)}。`;
  const detail = [`${from}${facts.name}（${zh}）${day}。`, points.map((point) => `${point}。`).join('\n'), price];
  const tags = [tag, ...facts.colours.slice(0, 2).map((colour) => `${colour}${tag}`), facts.storeName].filter(Boolean);
  return {
    title: cut([facts.name, ...facts.points].join(' '), SHOP_TITLE),
    points,
    detail: detail.filter(Boolean).join('\n'),
    note: {
      title: cut(facts.name, NOTE_TITLE),
      body: [
        `${facts.name}${day}`,
        ...points.map((point) => `· ${point}`),
        price,
        tags.map((one) => `#${one.replaceAll(/\s/gu, '')}`).join(' '),
      ]
        .filter(Boolean)
        .join('\n'),
    },
  };
}

/** English only as far as it was typed: nothing is translated, for a template cannot. */
function writeEnglish(facts: TextBundleParams): Copy | undefined {
  if (!facts.nameEn) return undefined;
  const { en } = CATEGORIES[facts.category];
  const points = [
    ...facts.points.filter(isLatin),
    ...(facts.sizes.length > 0 && facts.sizes.every(isLatin) ? [`Sizes: ${facts.sizes.join(', ')}`] : []),
  ];
  const price = facts.priceYuan === undefined ? '' : `CNY ${money(facts.priceYuan)}.`;
  const day = facts.launchDate ? ` Available from ${facts.launchDate}.` : '';
  const detail = [`${facts.nameEn} (${en}).${day}`, ...points.map((point) => `${point}.`), price]
    .filter(Boolean)
    .join('\n');
  return { title: facts.nameEn, points, detail, note: { title: facts.nameEn, body: detail } };
}

const isLatin = (text: string): boolean => !/\p{Script=Han}/u.test(text);
const money = (yuan: number): string => (Number.isInteger(yuan) ? String(yuan) : yuan.toFixed(2));
const chineseDate = (date: string): string => {
  const [, month = '', day = ''] = date.split('-');
  return `${Number(month)}月${Number(day)}日`;
};

/** Whole words up to `max` characters; a single longer one is cut hard. */
function cut(text: string, max: number): string {
  const characters = [...text];
  if (characters.length <= max) return text;
  const head = characters.slice(0, max + 1).join('');
  const space = head.lastIndexOf(' ');
  return space > 0 ? head.slice(0, space) : characters.slice(0, max).join('');
}

const plainText = (zh: Copy, en: Copy | undefined): string =>
  [zh.title, '', zh.detail, '', ...(en ? [en.title, '', en.detail, ''] : []), '（模板文案 · 非 AI 生成）', ''].join(
    '\n',
  );
