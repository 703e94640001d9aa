/** The pages that show what an id names, by its prefix. */
const PAGES: readonly (readonly [prefix: string, page: string])[] = [
  ['rdb_', 'redeem/'],
  ['mch_', 'merchants/'],
  ['tsk_', 'tasks/'],
  ['ord_', 'orders?orderId='],
];

/** `mch_…3DKDATH0`: 30 characters of an id say no more than its last ones, and leave no room for anything else. */
export const shortId = (id: string): string => id.replace(/^([a-z]{3}_)\w+(\w{8})$/, '$1…$2');

/** An id, shortened, and the way to what it names where that has a page. */
export function TargetLink({ id }: { readonly id: string }) {
  const page = PAGES.find(([prefix]) => id.startsWith(prefix))?.[1];
  if (page === undefined) {
    return (
      <span className="mono" title={id}>
        {shortId(id)}
      </span>
    );
  }
  return (
    <a className="mono" href={`#/${page}${id}`} title={id}>
      {shortId(id)}
    </a>
  );
}
