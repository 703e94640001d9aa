import { listFeatures } from '../../../shared/contract/tasks.ts';
import { readLanguage } from '../core/preferences.ts';
import { byId, element } from './dom.ts';
import { publicClient } from './public-client.ts';
import { say, startSite } from './site-language.ts';
import type { SiteMessage } from './site-messages.ts';

const GARMENTS: readonly (readonly [file: string, name: SiteMessage])[] = [
  ['t-shirt', 'garmentTee'],
  ['dress', 'garmentDress'],
  ['hoodie', 'garmentHoodie'],
  ['trousers', 'garmentTrousers'],
];

type Features = Awaited<ReturnType<typeof askFeatures>>;
const askFeatures = () => publicClient().call(listFeatures, {});

let features: Features | 'failed' | null = null;

function drawPairs(): void {
  byId('pairs', HTMLUListElement).replaceChildren(
    ...GARMENTS.map(([file, name]) => {
      const image = (side: 'before' | 'after', alt: SiteMessage) =>
        element('img', {
          src: `/gallery/${file}-${side}.webp`,
          alt: `${say(name)} · ${say(alt)}`,
          width: '320',
          height: '427',
          loading: 'lazy',
        });
      const caption = element('figcaption', {}, say(name));
      return element(
        'li',
        {},
        element('figure', {}, image('before', 'altBefore'), image('after', 'altAfter'), caption),
      );
    }),
  );
}

function drawCards(): void {
  const list = byId('feature-cards', HTMLUListElement);
  if (features === null) return;
  if (features === 'failed') {
    list.replaceChildren(element('li', { class: 'muted' }, say('cardsFailed')));
    return;
  }
  const isEnglish = readLanguage() === 'en';
  list.replaceChildren(
    ...features.features
      .filter(({ closed }) => closed === undefined)
      .map((card) => {
        const takesPhoto = card.form.some(({ type }) => type === 'image' || type === 'images');
        return element(
          'li',
          { class: 'card' },
          element('h3', {}, isEnglish ? card.nameEn : card.nameZh),
          element('p', {}, isEnglish ? card.summaryEn : card.summaryZh),
          element('p', { class: 'cost' }, say(takesPhoto ? 'cost' : 'costOnce', { n: card.credits })),
        );
      }),
  );
}

for (const figure of document.querySelectorAll<HTMLElement>('[data-compare]')) {
  const range = figure.querySelector('input');
  range?.addEventListener('input', () => figure.style.setProperty('--at', `${range.value}%`));
}
startSite(() => {
  drawPairs();
  drawCards();
});
try {
  features = await askFeatures();
} catch {
  features = 'failed';
}
drawCards();
