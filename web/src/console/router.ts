export type Route =
  | { readonly page: 'audit' | 'redeem' | 'account' | 'unknown' }
  | { readonly page: 'redeem-batch'; readonly batchId: string };

export function parseRoute(hash: string): Route {
  const [first = '', second, ...rest] = hash.replace(/^#\/?/, '').replace(/\?.*$/, '').split('/');
  if (rest.length > 0) return { page: 'unknown' };
  if (first === 'redeem' && second) return { page: 'redeem-batch', batchId: second };
  if (second !== undefined && second !== '') return { page: 'unknown' };
  if (first === '') return { page: 'audit' };
  if (first === 'audit' || first === 'redeem' || first === 'account') return { page: first };
  return { page: 'unknown' };
}
