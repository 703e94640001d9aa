export type Language = 'zh' | 'en';
export type Theme = 'system' | 'light' | 'dark';

const LANGUAGE_KEY = 'yiying.language';
const THEME_KEY = 'yiying.theme';

/** Chinese unless somebody chose English: the service is for merchants in China. */
export function readLanguage(): Language {
  return read(LANGUAGE_KEY) === 'en' ? 'en' : 'zh';
}

export function chooseLanguage(language: Language): void {
  write(LANGUAGE_KEY, language);
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
}

export function readTheme(): Theme {
  const theme = read(THEME_KEY);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function chooseTheme(theme: Theme): void {
  write(THEME_KEY, theme === 'system' ? null : theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** What is seen now, whether chosen or the system's. */
export function isDark(): boolean {
  const theme = readTheme();
  return theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Then the choice lasts as long as the page.
  }
}
