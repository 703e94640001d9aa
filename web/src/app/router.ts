import { assetId as assetIdSchema } from '../../../shared/contract/tasks.ts';

export const PLAIN_PAGES = [
  'queue',
  'tasks',
  'batches',
  'library',
  'membership',
  'credits',
  'account',
  'developers',
  'referral',
] as const;
type PlainPage = (typeof PLAIN_PAGES)[number];

/** Routes live behind `#`, so that any static host serves the workspace with one file. */
export type Route =
  | { readonly page: 'home' | PlainPage | 'unknown' }
  | { readonly page: 'create'; readonly featureId: string; readonly assetId?: string }
  | { readonly page: 'continue'; readonly assetId: string }
  | { readonly page: 'task'; readonly taskId: string }
  | { readonly page: 'batch'; readonly batchId: string }
  | { readonly page: 'order'; readonly orderId: string };

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, '').split('/');
  const [first = '', second = '', third] = parts;
  if (parts.length === 3 && first === 'create') {
    const assetId = readAssetId(third);
    return assetId === undefined ? { page: 'unknown' } : { page: 'create', featureId: second, assetId };
  }
  if (parts.length > 2) return { page: 'unknown' };
  if (second === '') {
    if (first === '') return { page: 'home' };
    return { page: PLAIN_PAGES.find((page) => page === first) ?? 'unknown' };
  }
  if (first === 'create') return { page: 'create', featureId: second };
  if (first === 'tasks') return { page: 'task', taskId: second };
  if (first === 'batches') return { page: 'batch', batchId: second };
  if (first === 'orders') return { page: 'order', orderId: second };
  const assetId = first === 'continue' ? readAssetId(second) : undefined;
  return assetId === undefined ? { page: 'unknown' } : { page: 'continue', assetId };
}

/** An asset's id has slashes and stands encoded. */
function readAssetId(part = ''): string | undefined {
  try {
    return assetIdSchema.safeParse(decodeURIComponent(part)).data;
  } catch {
    return undefined; // a sign of per cent that encodes nothing
  }
}

export function go(hash: string): void {
  location.hash = hash;
}
