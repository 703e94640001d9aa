export type Rule = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6';

export interface Check {
  readonly rule: Rule;
  readonly what: string;
  /** Answers the rows that break the rule. One `?` stands for the moment that "overdue" is judged by. */
  readonly sql: string;
}
