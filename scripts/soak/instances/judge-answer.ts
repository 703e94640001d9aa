import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { withoutIds } from './product-state.ts';

/** What became of one call of a function. */
export type Answer =
  /** As it should be: the answer without what differs each time. */
  | { readonly kind: 'done'; readonly text: string }
  /** Told to come again, in the way that its caller understands. */
  | { readonly kind: 'later' }
  /** A refusal of the contract. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'wrong'; readonly text: string };

interface HttpReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const BY_ROLE = ['create-operator', 'reset-totp', 'migrate-database', 'audit-ledger'];
const HTTP_NAMES = new Set(OPERATIONS.map(({ name }) => name));
/** How many tasks this very call began: the next one finds them begun. */
const BEGUN = /"retried":\d+/;
/** A refund that was sent and whose answer was lost is asked about by the timer, not by who asks again. */
const UNDER_WAY = /"state":"(requested|processing)"/;
/** Who was passed on a bad answer has asked again later. */
const LOOKED_AT = /"checkedAtMs":\d+/;
const CHANCE =
  /"(url|codeUrl|receiptNumber|transactionId|accessToken|refreshToken|viewToken|csv|hint|requestId|cursor|entryId|phoneMasked|secret|uri|lotId|key|inviteCode)":"[^"]*"/g;

/** HTTP: 503 with Retry-After. An event: thrown to the platform. A timer: `ok: false`, and the next tick comes. */
export async function judgeAnswer(name: string, answering: Promise<unknown>): Promise<Answer> {
  let value: unknown;
  try {
    value = await answering;
  } catch (error) {
    const named = error instanceof Error ? error.name : String(error);
    // Whoever invokes a function by role is shown the failure, and tries again.
    const comesAgain = named === 'EventDeferred' || (BY_ROLE.includes(name) && named === 'DatabaseUnavailable');
    return comesAgain ? { kind: 'later' } : { kind: 'wrong', text: `threw ${String(error)}` };
  }
  if (HTTP_NAMES.has(name)) return judgeReply(value as HttpReply);
  const text = JSON.stringify(value);
  // Asked twice, the second time nothing is left to change.
  if (BY_ROLE.includes(name)) return { kind: 'done', text: '' };
  if (text === '{"ok":false}') return { kind: 'later' };
  return text === '{"ok":true}' || text === '{"done":1,"failed":0}' ? { kind: 'done', text } : { kind: 'wrong', text };
}

function judgeReply({ statusCode, headers, body }: HttpReply): Answer {
  const text = `${statusCode} ${withoutIds(inOrder(body)).replaceAll(CHANCE, '"$1":""').replace(BEGUN, '"retried":0').replace(UNDER_WAY, '"state":"under way"').replace(LOOKED_AT, '"checkedAtMs":0')}`;
  if (statusCode < 300) return { kind: 'done', text };
  const code = codeOf(body);
  const mayComeAgain = Number(headers['Retry-After']) > 0;
  if (code === 'UNAVAILABLE') {
    return statusCode === 503 && mayComeAgain ? { kind: 'later' } : { kind: 'wrong', text: `${text}, no Retry-After` };
  }
  return statusCode < 500 && code !== undefined ? { kind: 'refused', code } : { kind: 'wrong', text };
}

/** The same document with its names in order: which came first means nothing. */
function inOrder(body: string): string {
  if (!body.startsWith('{')) return body;
  return JSON.stringify(JSON.parse(body), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function codeOf(body: string): string | undefined {
  // In Alipay's own protocol a notice that was understood and is not acknowledged.
  const parsed: unknown = JSON.parse(body === '' || body === 'fail' ? '{}' : body);
  const { error } = parsed as { error?: { code?: string } }; // our own envelope; anything else has none
  return error?.code;
}
