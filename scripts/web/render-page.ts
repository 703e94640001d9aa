import type { SiteConfig } from './site-config.ts';

/** What a page's scripts read from its `yiying-config` element. */
interface PageConfig {
  readonly apiOrigin: string;
  readonly agreementVersion: string;
  readonly brandZh: string;
  readonly brandEn: string;
  readonly icon: string;
  readonly supportContact: string;
}

const BUILT_IN_ICON = { path: '/icon.svg', contentType: 'image/svg+xml' } as const;
/** Takes the theme's colours, as a picture could not. */
const BUILT_IN_MARK =
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M11 5 4 9l2.6 5.4L9 13.3V27h14V13.3l2.4 1.1L28 9l-7-4c-.8 2.2-2.6 3.4-5 3.4S11.8 7.2 11 5Z"/>' +
  '<path class="shade" d="M16 8.4c2.4 0 4.2-1.2 5-3.4l7 4-2.6 5.4-2.4-1.1V27h-7Z"/></svg>';

/** Fills the `{{…}}` of a built page. @throws when the page holds a name that is not known */
export function renderPage(html: string, site: SiteConfig): string {
  const { apiOrigin, agreementVersion, brandZh, brandEn, supportContact, logo } = site;
  const icon = logo ?? BUILT_IN_ICON;
  const config: PageConfig = { apiOrigin, agreementVersion, brandZh, brandEn, icon: icon.path, supportContact };
  const values: Readonly<Record<string, string>> = {
    policy: escapeHtml(contentPolicy(site)),
    config: escapeHtml(JSON.stringify(config)),
    brandZh: escapeHtml(brandZh),
    brandEn: escapeHtml(brandEn),
    icon: escapeHtml(icon.path),
    iconType: icon.contentType,
    mark: logo ? `<img class="mark" src="${escapeHtml(logo.path)}" alt="" width="28" height="28">` : BUILT_IN_MARK,
    icp: icpLink(site.icpNumber),
    agreement: paragraphs(site.agreementText),
    privacy: paragraphs(site.privacyText),
    agreementVersion: escapeHtml(agreementVersion),
  };
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a page holds {{${name}}}, which is not known`);
    return value;
  });
}

/**
 * Nothing from anywhere but the site itself, its API and its bucket. It stands in the page, since a bucket sends no header
 * of ours; `frame-ancestors` is ignored there, so a host that can send headers sends X-Frame-Options too.
 */
export function contentPolicy({ apiOrigin, objectsOrigin }: Pick<SiteConfig, 'apiOrigin' | 'objectsOrigin'>): string {
  const from = (...sources: string[]): string => ["'self'", ...sources.filter((source) => source !== '')].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${from(objectsOrigin, 'blob:')}`,
    `media-src ${from(objectsOrigin, 'blob:')}`,
    `connect-src ${from(apiOrigin, objectsOrigin)}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function icpLink(icpNumber: string): string {
  if (icpNumber === '') return '';
  return `<a href="https://beian.miit.gov.cn/" rel="noopener noreferrer">${escapeHtml(icpNumber)}</a>`;
}

function paragraphs(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((part) =>
      part.startsWith('# ')
        ? `<h2>${escapeHtml(part.slice(2).trim())}</h2>`
        : `<p>${escapeHtml(part.trim()).replaceAll('\n', '<br>')}</p>`,
    )
    .join('\n');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
