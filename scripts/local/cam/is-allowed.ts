/** A policy as the account holds it: JSON of anyone's making. */
export interface HeldPolicy {
  readonly statement: readonly {
    readonly effect: string;
    readonly action: string | readonly string[];
    readonly resource: string | readonly string[];
  }[];
}

/**
 * Whether an identity with these policies may do it, by CAM's rules (https://cloud.tencent.com/document/product/598/10606): nothing unless a
 * statement allows it, and never when one denies it; `*` stands for any characters. Shares nothing with the code that writes policies.
 */
export function isAllowed(policies: readonly HeldPolicy[], action: string, resource: string): boolean {
  const statements = policies.flatMap(({ statement }) => statement);
  const applies = statements.filter(
    (one) => fits(one.action, `name/${action}`, action) && fits(one.resource, resource),
  );
  return applies.some(({ effect }) => effect === 'allow') && !applies.some(({ effect }) => effect === 'deny');
}

/** `name/cos:PutObject` and `cos:PutObject` are the same action. */
function fits(patterns: string | readonly string[], ...values: readonly string[]): boolean {
  const list = typeof patterns === 'string' ? [patterns] : patterns;
  return list.some((pattern) => values.some((value) => matches(pattern, value)));
}

function matches(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(value);
}
