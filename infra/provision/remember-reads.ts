import { isRead } from '../deploy/paced-call.ts';
import type { AccountCall, Answer } from './account-call.ts';

/** Asks the same but once, until something is written: of seventy roles each part would list them all. */
export function rememberReads(call: AccountCall): AccountCall {
  const known = new Map<string, Promise<Answer>>();
  return (place, action, request) => {
    if (!isRead(action)) {
      known.clear();
      return call(place, action, request).finally(() => known.clear());
    }
    const key = JSON.stringify([place, action, request]);
    const found = known.get(key);
    if (found) return found;
    const answer = call(place, action, request);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    return answer;
  };
}
