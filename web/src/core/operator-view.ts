import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { logout } from '../../../shared/contract/auth.ts';
import { type Client, createClient } from '../../../shared/contract/client.ts';
import type { Language } from './preferences.ts';

/** By which an operator sees what a merchant sees: it reads, and ends by itself. */
export interface OperatorView {
  readonly viewToken: string;
  readonly merchantId: string;
  readonly phoneMasked: string;
  readonly expiresAtMs: number;
}

const KEY = 'yiying.view';
const NAME = 'yiying-view:';
const MERCHANT = /^mch_\w{26}$/;

/** Opens the workspace in a tab of its own, which holds the view and nothing else. @returns whether the browser let it */
export function openView(view: OperatorView): boolean {
  // The tab's name is there before its page is, in this tab alone, and is taken away by that page: not in an address, not in what tabs share.
  return window.open('/app/', `${NAME}${JSON.stringify(view)}`) !== null;
}

/**
 * The view that this tab was opened for. Kept for as long as the tab is, also when it is over: a tab that was somebody else's workspace never
 * becomes the operator's own by being loaded again.
 */
export function viewOfTab(): OperatorView | null {
  if (window.name.startsWith(NAME)) {
    const told = window.name.slice(NAME.length);
    window.name = '';
    if (readView(told)) sessionStorage.setItem(KEY, told);
  }
  return readView(sessionStorage.getItem(KEY));
}

/** Any page may open this one under any name: what is no view is none. What it says is believed by nobody but this page's own words. */
function readView(text: string | null): OperatorView | null {
  try {
    const { viewToken, merchantId, phoneMasked, expiresAtMs } = JSON.parse(text ?? '{}') as Record<string, unknown>;
    if (typeof viewToken !== 'string' || !isViewToken(viewToken)) return null;
    if (typeof merchantId !== 'string' || !MERCHANT.test(merchantId)) return null;
    if (typeof phoneMasked !== 'string' || typeof expiresAtMs !== 'number') return null;
    return { viewToken, merchantId, phoneMasked, expiresAtMs };
  } catch {
    return null;
  }
}

/** By its header. Another's access token would make this tab the workspace of whoever opened it; a false header goes with no signature. */
function isViewToken(token: string): boolean {
  const [head = ''] = token.split('.');
  const header: unknown = JSON.parse(atob(head.replaceAll('-', '+').replaceAll('_', '/')));
  return typeof header === 'object' && header !== null && 'typ' in header && header.typ === 'view+jwt';
}

export const forgetView = (): void => sessionStorage.removeItem(KEY);

const OVER = new Set(['VIEW_ENDED', 'TOKEN_EXPIRED', 'NOT_SIGNED_IN']);

/** The view's client: nothing renews its token, and `onEnded` is told when it is over. */
export function openViewClient(
  apiOrigin: string,
  language: () => Language,
  { viewToken }: OperatorView,
  onEnded: () => void,
): { readonly client: Client; readonly end: () => Promise<void> } {
  const base = { baseUrl: apiOrigin, fetch: window.fetch.bind(window) };
  const client: Client = {
    call: async (operation, input, options) => {
      try {
        const made = createClient({ ...base, language: language(), accessToken: () => viewToken });
        return await made.call(operation, input, options);
      } catch (error) {
        if (error instanceof ApiCallError && OVER.has(error.code)) onEnded();
        throw error;
      }
    },
  };
  return {
    client,
    end: async () => {
      await createClient(base).call(logout, { viewToken });
      onEnded();
    },
  };
}
