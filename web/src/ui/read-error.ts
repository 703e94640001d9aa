import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import type { UiMessage } from './ui-messages.ts';
import type { SayOf } from './use-text.ts';

export interface ShownError {
  readonly message: string;
  readonly requestId: string | undefined;
}

/** The server's own words, which are in the user's language already; ours where nothing of the API answered. */
export function readError(error: unknown, say: SayOf<UiMessage>): ShownError {
  if (!(error instanceof ApiCallError)) return { message: say('failedToLoad'), requestId: undefined };
  if (error.code === 'NETWORK') return { message: say('networkError'), requestId: undefined };
  if (error.code === 'BAD_REPLY') return { message: say('badReply'), requestId: error.requestId };
  const fields = error.fields.map(({ message }) => message).filter((message) => message !== '');
  const message = fields.length > 0 ? `${error.message}：${fields.join('；')}` : error.message;
  return { message, requestId: error.requestId };
}
