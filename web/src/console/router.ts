export const PLAIN_PAGES = [
  'overview',
  'merchants',
  'tasks',
  'orders',
  'plans',
  'invoices',
  'cases',
  'cards',
  'models',
  'redeem',
  'growth',
  'announcements',
  'presets',
  'settings',
  'audit',
  'account',
] as const;
type PlainPage = (typeof PLAIN_PAGES)[number];

export type Route =
  | { readonly page: PlainPage | 'unknown' }
  | { readonly page: 'task'; readonly taskId: string }
  | { readonly page: 'merchant'; readonly merchantId: string }
  | { readonly page: 'card'; readonly featureId: string }
  | { readonly page: 'redeem-batch'; readonly batchId: string };

const CARD = /^[a-z][a-z0-9_]{1,47}$/;
const ID = /^[a-z]{3}_\w+$/;

export function parseRoute(hash: string): Route {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', second = '', ...rest] = path.split('/');
  if (rest.length > 0) return { page: 'unknown' };
  if (first === 'merchants' && ID.test(second)) return { page: 'merchant', merchantId: second };
  if (first === 'tasks' && ID.test(second)) return { page: 'task', taskId: second };
  if (first === 'cards' && CARD.test(second)) return { page: 'card', featureId: second };
  if (first === 'redeem' && ID.test(second)) return { page: 'redeem-batch', batchId: second };
  if (second !== '') return { page: 'unknown' };
  if (first === '') return { page: 'overview' };
  return { page: PLAIN_PAGES.find((page) => page === first) ?? 'unknown' };
}
