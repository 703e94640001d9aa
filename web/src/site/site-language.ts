import { fillMessage } from '../core/fill-message.ts';
import { chooseLanguage, chooseTheme, isDark, readLanguage } from '../core/preferences.ts';
import { SITE_MESSAGES, type SiteMessage } from './site-messages.ts';

export function say(message: SiteMessage, places?: Readonly<Record<string, string | number>>): string {
  return fillMessage(SITE_MESSAGES[message][readLanguage() === 'en' ? 1 : 0], places);
}

const PLACES = [
  ['t', (node: HTMLElement, text: string) => node.replaceChildren(text)],
  ['tLabel', (node: HTMLElement, text: string) => node.setAttribute('aria-label', text)],
  ['tAlt', (node: HTMLElement, text: string) => node.setAttribute('alt', text)],
] as const;

/** Puts the page into the chosen language and wires the header's switches. `onChange` draws again what scripts drew. */
export function startSite(onChange: () => void = () => undefined): void {
  const title = document.title;
  const apply = (): void => {
    const isEnglish = readLanguage() === 'en';
    for (const [key, set] of PLACES) {
      const attribute = `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      for (const node of document.querySelectorAll<HTMLElement>(`[${attribute}]`)) {
        const name = node.dataset[key] as SiteMessage; // a unit test reads the pages
        set(node, say(name));
      }
    }
    const heading = document.querySelector('h1')?.textContent ?? '';
    document.title = isEnglish ? `${heading} · ${document.querySelector('.brand-en')?.textContent ?? ''}` : title;
    const languageSwitch = document.querySelector<HTMLElement>('[data-switch="language"]');
    if (languageSwitch) {
      languageSwitch.textContent = isEnglish ? '中文' : 'English';
      languageSwitch.lang = isEnglish ? 'zh-CN' : 'en';
    }
    onChange();
  };
  document.querySelector('[data-switch="language"]')?.addEventListener('click', () => {
    chooseLanguage(readLanguage() === 'en' ? 'zh' : 'en');
    apply();
  });
  document
    .querySelector('[data-switch="theme"]')
    ?.addEventListener('click', () => chooseTheme(isDark() ? 'light' : 'dark'));
  apply();
}
