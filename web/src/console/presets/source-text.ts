import type { Language } from '../../core/preferences.ts';

/** Sources of the figures that are there from the beginning, in Chinese. */
const IN_CHINESE: Readonly<Record<string, string>> = {
  'seller help, secondary source; merchants confirm in their own back office':
    '商家帮助（二手来源），以商家后台显示为准',
  'common practice; the shop publishes no fixed figure that we could check': '行业惯例，平台没有公布可核对的固定数值',
  'seller guide: pure white (RGB 255), the product fills at least 85 %, 1000 px or more, no text':
    '卖家指南：纯白底（RGB 255），商品至少占 85%，不小于 1000 像素，无文字',
  'help centre: square, 2048 px advised, at most 20 MB': '帮助中心：正方形，建议 2048 像素，不超过 20 MB',
};

/** Where figures are from; what an operator wrote stays as it was written. */
export const sourceText = (source: string, language: Language): string =>
  language === 'en' ? source : (IN_CHINESE[source] ?? source);
