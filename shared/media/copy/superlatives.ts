/**
 * Words that China's Advertising Law forbids in advertising (article 9, item 3: 国家级、最高级、最佳 and the like) as
 * regulators' guides list them. A merchant's own words are not rewritten: the text is made and the word is named.
 */
const FORBIDDEN =
  /国家级|世界级|最高级|最佳|最好|最优|最低价|最便宜|最新款|第一品牌|全网第一|销量第一|顶级|极品|绝无仅有|独一无二|史无前例|万能|100%有效/gu;

export const findSuperlatives = (text: string): string[] => [...new Set(text.match(FORBIDDEN) ?? [])];
