import { createContext, useContext } from 'react';
import { fillMessage } from '../core/fill-message.ts';
import type { Language } from '../core/preferences.ts';
import { APP_MESSAGES, type AppMessage } from './app-messages.ts';

export const LanguageContext = createContext<Language>('zh');

export type Say = (message: AppMessage, places?: Readonly<Record<string, string | number>>) => string;

export function sayIn(language: Language): Say {
  return (message, places) => fillMessage(APP_MESSAGES[message][language === 'en' ? 1 : 0], places);
}

/** Texts in the language that was chosen, and that language. */
export function useText(): { readonly say: Say; readonly language: Language } {
  const language = useContext(LanguageContext);
  return { say: sayIn(language), language };
}
