import type { Say } from './use-text.ts';

/** Before the service is asked: whoever mistypes an id leaves no row in the audit log. */
export const idProblem = (say: Say, prefix: string) => (value: string) =>
  new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`).test(value) ? undefined : say('idWrong', { prefix });
