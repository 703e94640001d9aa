import { useSyncExternalStore } from 'react';

/** Routes live behind `#`, so that any static host serves every page with one file. */
export function useHash(): string {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener);
      return () => window.removeEventListener('hashchange', listener);
    },
    () => location.hash,
  );
}
