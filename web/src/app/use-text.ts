import type { Language } from '../core/preferences.ts';
import { type SayOf, sayFrom, useTextOf } from '../ui/use-text.ts';
import { APP_MESSAGES, type AppMessage } from './app-messages.ts';

export type Say = SayOf<AppMessage>;

export const sayIn = (language: Language): Say => sayFrom<AppMessage>(APP_MESSAGES, language);

export const useText = () => useTextOf<AppMessage>(APP_MESSAGES);
