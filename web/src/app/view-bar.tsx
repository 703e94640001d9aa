import { useState } from 'react';
import { formatStamp } from '../core/format.ts';
import { Icon } from '../ui/icon.tsx';
import { readError } from '../ui/read-error.ts';
import { toast } from '../ui/toasts.tsx';
import { useText } from './use-text.ts';
import { useWorkspace } from './workspace.ts';

/** Tells an operator all the time whose workspace this is, and that nothing here can be changed. */
export function ViewBar() {
  const { say, language } = useText();
  const { view, signOut } = useWorkspace();
  const [isEnding, setEnding] = useState(false);
  if (!view) return null;
  const end = (): void => {
    setEnding(true);
    signOut().catch((error: unknown) => {
      setEnding(false);
      toast(readError(error, say).message, 'bad');
    });
  };
  return (
    <section className="view-bar" aria-label={say('viewTitle')}>
      <Icon name="lock" size={18} />
      <p>
        <strong>{say('viewTitle')}</strong>{' '}
        <span>{say('viewOf', { phone: view.phoneMasked, time: formatStamp(view.expiresAtMs, language) })}</span>
      </p>
      <button type="button" className="button button-small" disabled={isEnding} onClick={end}>
        {say('viewEnd')}
      </button>
    </section>
  );
}
