/** What the operator's site says of itself, filled in when the page was published. */
export interface PageConfig {
  readonly apiOrigin: string;
  readonly agreementVersion: string;
  readonly brandZh: string;
  readonly brandEn: string;
  /** The address of the operator's mark. */
  readonly icon: string;
  readonly supportContact: string;
}

export function readPageConfig(): PageConfig {
  const element = document.querySelector<HTMLMetaElement>('meta[name="yiying-config"]');
  return JSON.parse(element?.content ?? '{}') as PageConfig; // written by renderPage
}
