import { type FormEvent, useState } from 'react';
import { readError } from '../../ui/read-error.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useText } from '../use-text.ts';

interface CodeFormProps {
  readonly submit: string;
  readonly show: (code: string) => Promise<unknown>;
  readonly onShown: () => void;
}

const CODE = /^\d{6}$/;

/** Six digits of an authenticator. */
export function CodeForm({ submit, show, onShown }: CodeFormProps) {
  const { say } = useText();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!CODE.test(code)) return setError(say('totpWrong'));
    setBusy(true);
    setError(undefined);
    try {
      await show(code);
      onShown();
    } catch (failure) {
      setError(readError(failure, say).message);
      setBusy(false);
    }
  };
  return (
    <form className="dialog-form" noValidate onSubmit={(event) => void send(event)}>
      <TextField
        id="totp-code"
        label={say('totpCode')}
        error={error}
        value={code}
        onChange={(value) => setCode(value.replaceAll(/\s/g, ''))}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
      />
      <div className="buttons">
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {submit}
        </button>
      </div>
    </form>
  );
}
