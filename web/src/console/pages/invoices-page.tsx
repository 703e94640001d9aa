import { useState } from 'react';
import { listInvoices } from '../../../../shared/contract/ops-invoices.ts';
import { formatStamp, formatYuan } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import type { Query } from '../hash-query.ts';
import { InvoiceDialog, type InvoiceRequest } from '../invoices/invoice-dialog.tsx';
import { ListTable } from '../list-table.tsx';
import { PageHead } from '../page-head.tsx';
import { StateFilter, stateIn } from '../state-filter.tsx';
import { TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

const STATES = [
  ['requested', 'invoiceRequested'],
  ['issued', 'invoiceIssued'],
  ['rejected', 'invoiceRejected'],
] as const;

/** Invoices (发票) to issue, oldest first, and those that were. */
export function InvoicesPage({ query }: { readonly query: Query }) {
  const { say, language } = useText();
  const state = stateIn(query, STATES);
  const list = useList(listInvoices, { state });
  const [chosen, setChosen] = useState<InvoiceRequest | null>(null);
  const columns: readonly Column<InvoiceRequest>[] = [
    { head: say('invoiceAskedAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
    { head: say('order'), cell: ({ orderId }) => <TargetLink id={orderId} /> },
    {
      head: say('invoiceKind'),
      cell: (one) => say(one.titleKind === 'company' ? 'invoiceCompany' : 'invoicePersonal'),
    },
    { head: say('invoiceTitle'), cell: ({ title }) => title, isText: true },
    { head: say('amount'), cell: ({ amountFen }) => formatYuan(amountFen), isNumber: true },
    state === 'requested'
      ? {
          head: say('actions'),
          cell: (one) => (
            <button type="button" className="button button-small" onClick={() => setChosen(one)}>
              {say('invoiceDo')}
            </button>
          ),
        }
      : { head: say('invoiceNumber'), cell: ({ invoiceNumber }) => invoiceNumber ?? '–' },
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('invoices')} lead={say('invoicesLead')} />
      <StateFilter page="invoices" states={STATES} state={state} />
      <ListTable
        label={say('invoices')}
        list={list}
        columns={columns}
        keyOf={({ orderId }) => orderId}
        empty={say('invoicesEmpty')}
        icon="receipt"
      />
      {chosen && <InvoiceDialog invoice={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}
