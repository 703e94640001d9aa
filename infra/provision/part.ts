/** What is to be done about one part of the account. `waiting`: only the operator can do it. */
export interface Step {
  readonly change: 'create' | 'update' | 'remove' | 'waiting';
  readonly note?: string;
  readonly run?: () => Promise<unknown>;
}

/**
 * One thing that provisioning looks after. `look` reads what is there and answers what is missing, or null; since each run
 * looks again first, a part may be cut off anywhere and be repeated.
 */
export interface Part {
  readonly name: string;
  readonly look: () => Promise<Step | null>;
}
