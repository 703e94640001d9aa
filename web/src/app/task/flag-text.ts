import type { AppMessage } from '../app-messages.ts';
import type { Say } from '../use-text.ts';

const FLAGS: Readonly<Record<string, AppMessage>> = {
  ...{ below_38kb: 'flagBytes', below_bytes: 'flagBytes', cut_off: 'flagCutOff', low_resolution: 'flagLowResolution' },
  ...{ rules_not_met: 'flagRules', superlative_words: 'flagSuperlative', ai: 'flagAi', template: 'flagTemplate' },
};

/** What a note about a result says; a new kind says its own word. */
export function flagText(flag: string, say: Say): string {
  const message = FLAGS[flag];
  return message ? say(message) : flag;
}

/** How something was made is said of every result; what else is noted is to be looked at. */
export function sortFlags(flags: readonly string[]): {
  readonly origin: string | undefined;
  readonly notes: readonly string[];
} {
  const isOrigin = (flag: string): boolean => flag === 'ai' || flag === 'template';
  return { origin: flags.find(isOrigin), notes: flags.filter((flag) => !isOrigin(flag)) };
}
