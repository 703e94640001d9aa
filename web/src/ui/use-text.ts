import { createContext, useContext } from 'react';
import { fillMessage } from '../core/fill-message.ts';
import type { Language } from '../core/preferences.ts';
import { UI_MESSAGES, type UiMessage } from './ui-messages.ts';

export const LanguageContext = createContext<Language>('zh');

export type SayOf<Message extends string> = (
  message: Message,
  places?: Readonly<Record<string, string | number>>,
) => string;

type Messages<Message extends string> = Readonly<Record<Message, readonly [zh: string, en: string]>>;

export function sayFrom<Message extends string>(messages: Messages<Message>, language: Language): SayOf<Message> {
  return (message, places) => fillMessage(messages[message][language === 'en' ? 1 : 0], places);
}

/** Texts in the language that was chosen, and that language. */
export function useTextOf<Message extends string>(
  messages: Messages<Message>,
): { readonly say: SayOf<Message>; readonly language: Language } {
  const language = useContext(LanguageContext);
  return { say: sayFrom(messages, language), language };
}

/** The controls' own. */
export const useText = () => useTextOf<UiMessage>(UI_MESSAGES);
