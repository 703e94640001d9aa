import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { deleteAccount, phone as phoneSchema, sendCode } from '../../../../shared/contract/auth.ts';
import { describedBy, Field } from '../../ui/field.tsx';
import { Failure } from '../../ui/messages.tsx';
import { readError } from '../../ui/read-error.ts';
import { useCountdown } from '../../ui/use-countdown.ts';
import { useMembership, useQuota } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

/** The end of the account: what is lost, what is kept, and the two steps. Closed until it is asked for. */
export function DeleteAccount() {
  const { say } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="panel erase">
      <h2>{say('erase')}</h2>
      <p className="hint">{say('eraseLead')}</p>
      {isOpen ? (
        <>
          <Consequences />
          <EraseForm />
        </>
      ) : (
        <button type="button" className="button button-danger" onClick={() => setOpen(true)}>
          {say('erase')}…
        </button>
      )}
    </section>
  );
}

function Consequences() {
  const { say } = useText();
  const available = useQuota().data?.available;
  const isMember = ['active', 'expiring'].includes(useMembership().data?.state ?? '');
  return (
    <div className="erase-lists">
      <h3>{say('eraseLost')}</h3>
      <ul>
        <li>{say('eraseLostCredits', { n: available ?? '…' })}</li>
        <li>{say('eraseLostCommission')}</li>
        {isMember && <li>{say('eraseLostMembership')}</li>}
        <li>{say('eraseLostFiles')}</li>
        <li>{say('eraseLostTasks')}</li>
      </ul>
      <h3>{say('eraseKept')}</h3>
      <ul>
        <li>{say('eraseKeptOrders')}</li>
        <li>{say('eraseKeptInvoices')}</li>
        <li>{say('eraseKeptHash')}</li>
        <li>{say('eraseKeptWelcome')}</li>
      </ul>
    </div>
  );
}

const isPhone = (text: string): boolean => phoneSchema.safeParse(text).success;
const CODE = /^\d{6}$/;
type Errors = Partial<Record<'phone' | 'code', string>>;

function EraseForm() {
  const { say } = useText();
  const { client, leave } = useWorkspace();
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const [isUnderstood, setUnderstood] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const refuse = (error: unknown): void => {
    const found = fieldErrors(error, readError(error, say).message);
    setErrors(found);
    setFailure(Object.keys(found).length === 0 ? error : null);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found: Errors = {
      ...(!isPhone(phone) && { phone: say('erasePhoneRule') }),
      ...(!CODE.test(code) && { code: say('eraseCodeRule') }),
    };
    setErrors(found);
    setFailure(null);
    if (Object.keys(found).length > 0 || !isUnderstood) return;
    setBusy(true);
    try {
      await client.call(deleteAccount, { phone, code, understood: true });
    } catch (error) {
      setBusy(false);
      return refuse(error);
    }
    await leave();
  };
  const phoneFrame = { id: 'erase-phone', label: say('erasePhone'), error: errors.phone };
  const codeFrame = { id: 'erase-code', label: say('eraseCode'), error: errors.code };
  return (
    <form className="erase-form" onSubmit={(event) => void submit(event)} noValidate>
      <Field {...phoneFrame}>
        <input
          {...describedBy(phoneFrame)}
          type="tel"
          autoComplete="tel-national"
          maxLength={11}
          value={phone}
          onChange={(event) => setPhone(event.target.value.trim())}
        />
      </Field>
      <Field {...codeFrame}>
        <div className="erase-code">
          <input
            {...describedBy(codeFrame)}
            type="text"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={code}
            onChange={(event) => setCode(event.target.value.trim())}
          />
          <SendCode phone={phone} onBadPhone={() => setErrors({ phone: say('erasePhoneRule') })} onFailure={refuse} />
        </div>
      </Field>
      <label className="check">
        <input type="checkbox" checked={isUnderstood} onChange={(event) => setUnderstood(event.target.checked)} />
        {say('eraseUnderstood')}
      </label>
      {failure !== null && <Failure error={failure} />}
      <button type="submit" className="button button-danger" disabled={!isUnderstood || isBusy}>
        {say('eraseNow')}
      </button>
    </form>
  );
}

/** Which field the server's refusal is about. */
function fieldErrors(error: unknown, message: string): Errors {
  if (!(error instanceof ApiCallError)) return {};
  if (error.code.startsWith('CODE_')) return { code: error.message };
  return error.fields.some(({ path }) => path === 'phone') ? { phone: message } : {};
}

interface SendCodeProps {
  readonly phone: string;
  readonly onBadPhone: () => void;
  readonly onFailure: (error: unknown) => void;
}

function SendCode({ phone, onBadPhone, onFailure }: SendCodeProps) {
  const { say } = useText();
  const { client } = useWorkspace();
  const wait = useCountdown();
  const [isSent, setSent] = useState(false);
  const send = async (): Promise<void> => {
    if (!isPhone(phone)) return onBadPhone();
    try {
      const { resendAfterSeconds } = await client.call(sendCode, { phone });
      setSent(true);
      wait.begin(resendAfterSeconds);
    } catch (error) {
      if (error instanceof ApiCallError) wait.begin(Math.min(60, error.retryAfterSeconds ?? 0));
      onFailure(error);
    }
  };
  return (
    <>
      <button type="button" className="button" disabled={wait.seconds > 0} onClick={() => void send()}>
        {wait.seconds > 0 ? say('eraseResend', { n: wait.seconds }) : say('eraseSend')}
      </button>
      <span className="visually-hidden" role="status">
        {isSent && say('eraseSent')}
      </span>
    </>
  );
}
