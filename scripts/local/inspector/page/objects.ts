import { ask, button, element } from './dom.ts';

const SHOWN = 200;
const PICTURE = /\.(png|jpe?g|webp)$|^inputs\//;

/** The bucket, with previews. */
export function showObjects(main: HTMLElement): undefined {
  const prefix = element('input', {
    type: 'search',
    'aria-label': '前缀 Prefix',
    placeholder: 'inputs/ outputs/ work/',
  });
  const list = element('div', { class: 'objects' });
  const count = element('p', { class: 'soft', role: 'status' });
  const load = async (): Promise<void> => {
    const keys = await ask<string[]>(`objects?prefix=${encodeURIComponent(prefix.value)}`);
    count.textContent = `${keys.length} 个对象 objects${keys.length > SHOWN ? `, ${SHOWN} shown` : ''}`;
    list.replaceChildren(
      ...keys.slice(0, SHOWN).map((key) => {
        const href = `/local/objects/${key.split('/').map(encodeURIComponent).join('/')}`;
        const picture = PICTURE.test(key) ? [element('img', { src: href, alt: '', loading: 'lazy' })] : [];
        return element('a', { href, target: '_blank', rel: 'noopener' }, ...picture, key);
      }),
    );
  };
  prefix.addEventListener('change', () => void load());
  main.replaceChildren(
    element('h2', {}, '对象存储 Objects'),
    element(
      'div',
      { class: 'buttons' },
      prefix,
      button('刷新 Reload', load),
      button('执行生命周期 Run the lifecycle', async () => {
        await ask('lifecycle', {});
        await load();
      }),
    ),
    count,
    list,
  );
  void load();
  return undefined;
}
