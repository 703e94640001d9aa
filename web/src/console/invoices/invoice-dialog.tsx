import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { fulfilInvoice, type listInvoices } from '../../../../shared/contract/ops-invoices.ts';
import { formatYuan } from '../../core/format.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { FactList } from '../fact-list.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';

export type InvoiceRequest = z.output<typeof listInvoices.output>['items'][number];

const ENDINGS = [
  ['issued', 'invoiceIssue'],
  ['rejected', 'invoiceReject'],
] as const;

/** What the invoice is to say, and what became of it. */
export function InvoiceDialog({
  invoice,
  onClose,
}: {
  readonly invoice: InvoiceRequest;
  readonly onClose: () => void;
}) {
  const { say } = useText();
  const queries = useQueryClient();
  const { orderId, amountFen, titleKind, title, taxNumber, email } = invoice;
  const [state, setState] = useState<'issued' | 'rejected'>('issued');
  const [number, setNumber] = useState('');
  const fulfilling = useAction(fulfilInvoice, ['invoiceNumber', 'reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-invoices'] });
    toast(say(state === 'issued' ? 'invoiceIssuedToast' : 'invoiceRejectedToast'));
    onClose();
  });
  const facts = [
    [say('invoiceKind'), say(titleKind === 'company' ? 'invoiceCompany' : 'invoicePersonal')],
    [say('invoiceTitle'), title],
    ...(taxNumber === undefined ? [] : [[say('taxNumber'), taxNumber] as const]),
    [say('amount'), formatYuan(amountFen)],
    [say('invoiceEmail'), email],
  ] as const;
  return (
    <ReasonDialog
      title={say('invoiceDo')}
      submit={say(state === 'issued' ? 'invoiceIssue' : 'invoiceReject')}
      isDanger={state === 'rejected'}
      action={fulfilling}
      onSubmit={(reason) =>
        void fulfilling.run({
          ...{ orderId, state, amountFen, reason },
          ...(state === 'issued' && { invoiceNumber: number.trim() }),
        })
      }
      onClose={onClose}
    >
      <FactList facts={facts} />
      <FieldGroup id="invoice-state" label={say('invoiceEnding')}>
        <div className="choices">
          {ENDINGS.map(([one, text]) => (
            <label key={one} className="choice">
              <input type="radio" name="ending" checked={state === one} onChange={() => setState(one)} />
              {say(text)}
            </label>
          ))}
        </div>
      </FieldGroup>
      {state === 'issued' && (
        <TextField
          id="invoice-number"
          label={say('invoiceNumber')}
          hint={say('invoiceNumberHint')}
          error={fulfilling.errorOf('invoiceNumber')}
          value={number}
          onChange={setNumber}
          inputMode="numeric"
        />
      )}
    </ReasonDialog>
  );
}
