import { useRef } from 'react';

/**
 * The idempotency key of a form's call: asked again with the same text it is the same call, whether its answer got lost or a button was
 * pressed twice; with another it is another. An answer that came ends it.
 */
export function useCallKey(): { readonly keyOf: (text: string) => string; readonly forget: () => void } {
  const last = useRef({ text: '', key: '' });
  return {
    keyOf: (text) => {
      if (last.current.key === '' || last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
      return last.current.key;
    },
    forget: () => {
      last.current = { text: '', key: '' };
    },
  };
}
