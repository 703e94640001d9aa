import { readPageConfig } from '../core/page-config.ts';
import { readLanguage } from '../core/preferences.ts';
import { say, startSite } from './site-language.ts';

const COPIED_MS = 2000;

/** What was generated has both languages in the page: Chinese as text, English beside it. */
function translate(): void {
  const isEnglish = readLanguage() === 'en';
  for (const node of document.querySelectorAll<HTMLElement>('[data-en]')) {
    node.dataset['zh'] ??= node.textContent ?? '';
    node.textContent = (isEnglish ? node.dataset['en'] : node.dataset['zh']) ?? '';
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const text = button.closest('figure')?.querySelector('code')?.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say('copied');
  } catch {
    // Not over plain HTTP, and not where it was refused: then one selects by hand.
    button.textContent = say('copyFailed');
  }
  setTimeout(() => {
    button.textContent = say('copy');
  }, COPIED_MS);
}

for (const place of document.querySelectorAll('[data-api-origin]')) {
  place.textContent = readPageConfig().apiOrigin || location.origin;
}
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
  button.addEventListener('click', () => void copy(button));
}
// Beside the text there is room for the contents; above it they would be in the way.
if (matchMedia('(max-width: 1000px)').matches) document.querySelector('.contents details')?.removeAttribute('open');
startSite(translate);
