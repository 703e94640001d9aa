import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { requestInvoice } from '../../../shared/contract/membership.ts';
import { describedBy, Field, FieldGroup } from '../ui/field.tsx';
import { Failure } from '../ui/messages.tsx';
import { useText } from './use-text.ts';
import { useWorkspace } from './workspace.ts';

const KINDS = [
  ['company', 'invoiceCompany'],
  ['personal', 'invoicePersonal'],
] as const;
const EMPTY = { title: '', taxNumber: '', email: '' };
const FIELDS = [
  { name: 'title', label: 'invoiceTitle', autoComplete: 'organization' },
  { name: 'taxNumber', label: 'invoiceTaxNumber', autoComplete: 'off' },
  { name: 'email', label: 'invoiceEmail', autoComplete: 'email' },
] as const;

/** Asks for the 发票 of a paid order. The service's own checks decide, and each word of theirs stands at its field. */
export function InvoiceForm({ orderId }: { readonly orderId: string }) {
  const { say } = useText();
  const { client } = useWorkspace();
  const [titleKind, setKind] = useState<'company' | 'personal'>('company');
  const [values, setValues] = useState(EMPTY);
  const [error, setError] = useState<unknown>(null);
  const [state, setState] = useState<'open' | 'sending' | 'requested'>('open');
  const fields = error instanceof ApiCallError ? error.fields : [];
  const errorOf = (name: string) => fields.find(({ path }) => path === name)?.message;
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setState('sending');
    setError(null);
    const { title, taxNumber, email } = values;
    const input = { orderId, titleKind, title: title.trim(), email: email.trim() };
    const number = taxNumber.trim().toUpperCase();
    try {
      await client.call(requestInvoice, { ...input, ...(titleKind === 'company' && { taxNumber: number }) });
      setState('requested');
    } catch (failure) {
      setError(failure);
      setState('open');
    }
  };
  return (
    <details className="invoice">
      <summary>{say('invoiceAsk')}</summary>
      <form noValidate onSubmit={(event) => void ask(event)}>
        <FieldGroup id="invoice-kind" label={say('invoiceKind')}>
          <div className="choices">
            {KINDS.map(([kind, text]) => (
              <label key={kind} className="choice">
                <input type="radio" name="title-kind" checked={titleKind === kind} onChange={() => setKind(kind)} />
                {say(text)}
              </label>
            ))}
          </div>
        </FieldGroup>
        {FIELDS.filter(({ name }) => titleKind === 'company' || name !== 'taxNumber').map(
          ({ name, label, autoComplete }) => {
            const frame = { id: `invoice-${name}`, label: say(label), error: errorOf(name) };
            return (
              <Field key={name} {...frame}>
                <input
                  {...describedBy(frame)}
                  type={name === 'email' ? 'email' : 'text'}
                  autoComplete={autoComplete}
                  value={values[name]}
                  onChange={(event) => setValues((all) => ({ ...all, [name]: event.target.value }))}
                />
              </Field>
            );
          },
        )}
        <button type="submit" className="button button-primary" disabled={state === 'sending'}>
          {say(state === 'requested' ? 'invoiceAskAgain' : 'invoiceSend')}
        </button>
        <p className="hint" role="status">
          {state === 'requested' ? say('invoiceRequested') : say('invoiceHint')}
        </p>
        {error !== null && fields.length === 0 && <Failure error={error} />}
      </form>
    </details>
  );
}
