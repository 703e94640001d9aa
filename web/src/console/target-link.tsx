/** What an id names, by its prefix. */
const PAGES: readonly (readonly [prefix: string, page: string])[] = [['rdb_', 'redeem/']];

/** An id, and the way to what it names where that has a page. */
export function TargetLink({ id }: { readonly id: string }) {
  const page = PAGES.find(([prefix]) => id.startsWith(prefix))?.[1];
  if (page === undefined) return <span className="mono">{id}</span>;
  return (
    <a className="mono" href={`#/${page}${id}`}>
      {id}
    </a>
  );
}
