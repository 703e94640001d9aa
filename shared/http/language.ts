export type Language = 'zh' | 'en';

/** Chinese, unless Accept-Language ranks English above it. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const rank: Record<Language, number> = { zh: 0, en: 0 };
  for (const part of (acceptLanguage ?? '').split(',').slice(0, 20)) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = tag.split('-')[0];
    if (language !== 'zh' && language !== 'en') continue;
    const quality = parameters.map((parameter) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
    rank[language] = Math.max(rank[language], quality === undefined ? 1 : Number(quality));
  }
  // Equal ranks go to the first named, and a browser names its first choice first.
  const englishFirst = /^\s*en\b/i.test(acceptLanguage ?? '');
  return rank.en > rank.zh || (englishFirst && rank.en === rank.zh && rank.en > 0) ? 'en' : 'zh';
}
