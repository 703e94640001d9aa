import { useSyncExternalStore } from 'react';

/** Routes live behind `#`, so that any static host serves the workspace with one file. */
export type Route =
  | { readonly page: 'home' | 'queue' | 'tasks' | 'membership' | 'credits' | 'account' | 'unknown' }
  | { readonly page: 'create'; readonly featureId: string }
  | { readonly page: 'task'; readonly taskId: string }
  | { readonly page: 'order'; readonly orderId: string };

export function parseRoute(hash: string): Route {
  const [first = '', second, ...rest] = hash.replace(/^#\/?/, '').split('/');
  if (rest.length > 0) return { page: 'unknown' };
  if (first === 'create' && second) return { page: 'create', featureId: second };
  if (first === 'tasks' && second) return { page: 'task', taskId: second };
  if (first === 'orders' && second) return { page: 'order', orderId: second };
  if (second !== undefined && second !== '') return { page: 'unknown' };
  if (first === '') return { page: 'home' };
  if (first === 'queue' || first === 'tasks' || first === 'membership' || first === 'credits' || first === 'account') {
    return { page: first };
  }
  return { page: 'unknown' };
}

export function go(hash: string): void {
  location.hash = hash;
}

export function useHash(): string {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener);
      return () => window.removeEventListener('hashchange', listener);
    },
    () => location.hash,
  );
}
