import { createContext, useContext } from 'react';
import type * as z from 'zod/mini';
import type { Client } from '../../../shared/contract/client.ts';
import type { getOperator } from '../../../shared/contract/ops-access.ts';
import type { PageConfig } from '../core/page-config.ts';
import type { Language } from '../core/preferences.ts';

export type Operator = z.output<typeof getOperator.output>;

/** What every page of the console works with. */
export interface Console {
  /** Asks for a code of the authenticator when an operation wants one, and then makes the same call again. */
  readonly client: Client;
  /** Has the operator show a code, or enrol an authenticator. Answers whether that was done. */
  readonly ask: (what: 'step-up' | 'enrol') => Promise<boolean>;
  readonly operator: Operator;
  /** May change things; `support` only looks. */
  readonly canWrite: boolean;
  readonly config: PageConfig;
  readonly setLanguage: (language: Language) => void;
  readonly signOut: () => Promise<void>;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const value = useContext(ConsoleContext);
  if (!value) throw new Error('a page outside of the console');
  return value;
}
