import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/messages.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { Action } from './use-action.ts';
import { useText } from './use-text.ts';

interface ReasonDialogProps {
  readonly title: string;
  readonly submit: string;
  readonly isDanger?: boolean;
  readonly isClosed?: boolean;
  readonly action: Pick<Action<never>, 'isBusy' | 'error' | 'problems' | 'errorOf'>;
  /** What the reason is called in the operation. */
  readonly field?: 'reason' | 'note';
  readonly onSubmit: (reason: string) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Something that is done once, with a reason that stays in the audit log. */
export function ReasonDialog({
  title,
  submit,
  isDanger,
  isClosed,
  action,
  field = 'reason',
  ...rest
}: ReasonDialogProps) {
  const { onSubmit, onClose, children } = rest;
  const { say } = useText();
  const [reason, setReason] = useState('');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit(reason.trim());
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="dialog-form" noValidate onSubmit={send}>
        {children}
        <TextField
          id="reason"
          label={say(field === 'note' ? 'note' : 'reason')}
          hint={say('reasonHint')}
          error={action.errorOf(field)}
          value={reason}
          onChange={setReason}
        />
        {action.error !== null && action.problems.length === 0 && <Failure error={action.error} />}
        {action.problems.length > 0 && (
          <ul className="notice notice-bad problems" role="alert">
            {action.problems.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <span className="mono">{path}</span> {message}
              </li>
            ))}
          </ul>
        )}
        <div className="buttons">
          <button
            type="submit"
            className={isDanger ? 'button button-danger-full' : 'button button-primary'}
            disabled={action.isBusy || isClosed === true}
          >
            {submit}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
