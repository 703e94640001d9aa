import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icon.tsx';
import { useText } from './use-text.ts';

interface DialogProps {
  readonly title: string;
  /** Of Escape and the cross, too. Without it there is neither: what stands in the dialog ends it. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const { say } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      // A browser lets a page refuse one Escape and closes on the next, whatever the page says.
      onClose={onClose ?? (() => dialog.current?.showModal())}
      onCancel={(event) => {
        if (!onClose) event.preventDefault();
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose && (
          <button
            type="button"
            className="icon-button"
            aria-label={say('close')}
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" size={18} />
          </button>
        )}
      </div>
      {children}
    </dialog>
  );
}
