import { procedureText } from './planted-fault.ts';

/** A procedure with one small fault. */
export interface Mutant {
  /** `<procedure>: <its line> · <what was done>`: the same wherever that line stands, and gone when it is another. */
  readonly name: string;
  readonly procedure: string;
  readonly text: string;
}

/** The procedures that move money, credits and memberships, and those that move tasks and give their credits back. */
export const MUTATED = {
  orders: [
    ...['create_order_v4', 'close_attempt_v1', 'settle_order_v5', 'create_refund_v4', 'settle_refund_v4'],
    ...['freeze_order_v3', 'set_order_freeze_v1', 'expire_lot_v1', 'set_membership_v2'],
    'read_revocation_v1',
  ],
  credits: [
    ...['redeem_code_v2', 'create_redeem_batch_v1', 'revoke_redeem_batch_v2', 'settle_commission_v2'],
    ...['request_withdrawal_v1', 'decide_withdrawal_v1', 'save_growth_v1'],
  ],
  operators: ['grant_credits_v1', 'revoke_credits_v1', 'fulfil_invoice_v1', 'resolve_case_v1', 'set_operator_v1'],
  accounts: ['delete_account_v2', 'use_login_code_v3'],
  tasks: [
    ...['refund_task_v1', 'refund_share_v1', 'end_task_v1', 'complete_step_v1', 'plan_step_v1'],
    ...['accept_input_v2', 'refuse_input_v1', 'claim_unit_v3', 'finish_unit_v2', 'fail_unit_v2', 'stop_task_v1'],
    ...[
      'expire_lease_v2',
      'expire_task_v1',
      'cancel_task_v2',
      'create_batch_v3',
      'create_task_v4',
      'spend_credits_v1',
      'take_over_v1',
    ],
    'rerun_task_v1',
  ],
} as const;
export type Domain = keyof typeof MUTATED;
export const DOMAINS = Object.keys(MUTATED) as readonly Domain[]; // its keys are literals

interface Operator {
  readonly pattern: RegExp;
  /** What only happens at once is made likely: the mutant waits after each of its reads. */
  readonly slow?: true;
  readonly make: (match: RegExpExecArray) => readonly string[];
}

/** One condition: up to what ends it. */
const CONDITION = String.raw`(?:\([^()]*\)|[^()\n])+?`;
const END = String.raw`(?=\s+(?:AND|OR|THEN|ORDER|FOR UPDATE|LIMIT|GROUP|LOOP|DO)\b|;|\n|\)(?:\s|;|$)|,)`;

const OPERATORS: readonly Operator[] = [
  { pattern: / FOR UPDATE/g, slow: true, make: () => [''] },
  { pattern: /START TRANSACTION;/g, slow: true, make: () => [''] },
  { pattern: /COMMIT;/g, make: () => [''] },
  { pattern: / <= /g, make: () => [' < ', ' > '] },
  { pattern: / >= /g, make: () => [' > ', ' < '] },
  { pattern: / < /g, make: () => [' <= ', ' >= '] },
  { pattern: / > /g, make: () => [' >= ', ' <= '] },
  { pattern: / <> /g, make: () => [' = '] },
  // A comparison, not an assignment: after a word that asks, before anything else of its line is asked. `IF(a = b, …)` asks, too.
  { pattern: /(?<=\b(?:IF|WHEN|AND|OR|ELSEIF)\b[ (]*[A-Za-z_.]+(?:\(\))?) = (?=['\w])/g, make: () => [' <> '] },
  { pattern: /(?<=\bWHERE [A-Za-z_.]+) = (?=')/g, make: () => [' <> '] },
  // A lone condition is left out; of several each one is above, and where it says what is not, the flip says the same.
  {
    pattern: /(?<=\bIF )(?!NOT\b|EXISTS\b)[^\n]*?(?= THEN\b)/g,
    make: ([text]) => (/ (?:AND|OR|<>|NOT IN) /.test(text) ? [] : ['TRUE']),
  },
  // The first of several; the others are above.
  { pattern: /(?<=\bWHERE )[^\n]*?(?=\s+AND )/g, make: () => ['TRUE'] },
  { pattern: / IS NULL/g, make: () => [' IS NOT NULL'] },
  { pattern: / IS NOT NULL/g, make: () => [' IS NULL'] },
  { pattern: / NOT LIKE /g, make: () => [' LIKE '] },
  { pattern: / NOT IN /g, make: () => [' IN '] },
  { pattern: new RegExp(String.raw`\s+AND ${CONDITION}${END}`, 'g'), make: () => [''] },
  { pattern: new RegExp(String.raw`\s+OR ${CONDITION}${END}`, 'g'), make: () => [''] },
  { pattern: /(?<=IF )([^\n]*?) OR /g, make: () => [''] },
  { pattern: /WHEN [^\n]*? THEN '[a-z_]+'/g, make: ([text]) => [text.replace(/WHEN .*? THEN/, 'WHEN FALSE THEN')] },
  { pattern: /LEAST\(/g, make: () => ['GREATEST('] },
  { pattern: /(?<=[a-z]) \+ (?=[a-z(0-9I])/g, make: () => [' - '] },
  { pattern: /(?<=[a-z]) - (?=[a-z0-9])/g, make: () => [' + '] },
  { pattern: /\b(60|180)\) SECOND/g, make: ([, seconds]) => [`${Number(seconds) - 1}) SECOND`] },
  { pattern: /ORDER BY expires_at(?=, id)/g, make: () => ['ORDER BY expires_at DESC'] },
];

/** Every mutant of one procedure: each place at which an operator finds something, each way in which it changes it. */
export function mutantsOf(procedure: string): Mutant[] {
  const text = procedureText(procedure);
  const bodyAt = text.indexOf('BEGIN\n');
  return OPERATORS.flatMap(({ pattern, slow, make }) =>
    [...text.matchAll(pattern)]
      .filter((match) => match.index > bodyAt && !isInComment(text, match.index))
      .flatMap((match) =>
        make(match).map((replacement) => {
          const line = lineAt(text, match.index + (match[0].startsWith('\n') ? 1 : 0));
          const what = `${match[0].replace(/\s+/g, ' ').trim()} → ${replacement.trim() || 'nothing'}`;
          const mutated = text.slice(0, match.index) + replacement + text.slice(match.index + match[0].length);
          return { name: `${procedure}: ${line.trim()} · ${what}`, procedure, text: slow ? slowed(mutated) : mutated };
        }),
      ),
  );
}

/** The same procedure, slow between a read and what follows from it. */
export const slowed = (text: string): string =>
  text.replace(/(?<=\n)( *)SELECT [^;]*? INTO [^;]*?;/g, (read) => `${read} DO SLEEP(0.002);`);

const lineAt = (text: string, at: number): string =>
  text.slice(text.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0] ?? '';

const isInComment = (text: string, at: number): boolean => lineAt(text, at).trimStart().startsWith('--');

export function makeMutants(domains: readonly Domain[] = DOMAINS): Mutant[] {
  const seen = new Set<string>();
  const names = new Map<string, number>();
  return domains
    .flatMap((domain) => MUTATED[domain])
    .flatMap((procedure) => mutantsOf(procedure))
    .filter(({ text }) => !seen.has(text) && seen.add(text))
    .map((mutant) => {
      const same = (names.get(mutant.name) ?? 0) + 1;
      names.set(mutant.name, same);
      return same === 1 ? mutant : { ...mutant, name: `${mutant.name} (${same})` };
    });
}
