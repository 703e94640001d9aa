import type { Language } from '../core/preferences.ts';
import { type SayOf, sayFrom, useTextOf } from '../ui/use-text.ts';
import { CONSOLE_MESSAGES, type ConsoleMessage } from './console-messages.ts';

export type Say = SayOf<ConsoleMessage>;

export const sayIn = (language: Language): Say => sayFrom<ConsoleMessage>(CONSOLE_MESSAGES, language);

export const useText = () => useTextOf<ConsoleMessage>(CONSOLE_MESSAGES);
