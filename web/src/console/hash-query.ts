export type Query = ReadonlyMap<string, string>;

/** What stands behind `?` in a page's address, so that a filter can be linked to and Back undoes it. */
export function hashQuery(hash: string): Query {
  const at = hash.indexOf('?');
  return new Map(at < 0 ? [] : new URLSearchParams(hash.slice(at + 1)));
}

/** The address of a page with those of the values that are not empty. */
export function hashWith(page: string, values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}
