import { createClient } from '../../../shared/contract/client.ts';
import { readPageConfig } from '../core/page-config.ts';
import { readLanguage } from '../core/preferences.ts';

/** A client without a session, for what anyone may ask. */
export function publicClient() {
  return createClient({
    baseUrl: readPageConfig().apiOrigin,
    fetch: window.fetch.bind(window),
    language: readLanguage(),
  });
}
