/** What is known of one thing that a deploy stands on. `ask`: no interface tells it, or something else must come first. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'wrong' | 'ask';
  /** What was found; never a secret's value. */
  readonly said: string;
  /** What to do about it; '' where nothing is to be done. */
  readonly todo: string;
}

/** One thing that is looked at; may find several. @throws what the account answers, which names the check */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<readonly Finding[]>;
}

export const ok = (name: string, said: string): Finding => ({ name, state: 'ok', said, todo: '' });
export const wrong = (name: string, said: string, todo: string): Finding => ({ name, state: 'wrong', said, todo });
export const ask = (name: string, said: string, todo: string): Finding => ({ name, state: 'ask', said, todo });
