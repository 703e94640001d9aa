import { type SayOf, useTextOf } from '../ui/use-text.ts';
import { CONSOLE_MESSAGES, type ConsoleMessage } from './console-messages.ts';

export type Say = SayOf<ConsoleMessage>;

export const useText = () => useTextOf<ConsoleMessage>(CONSOLE_MESSAGES);
