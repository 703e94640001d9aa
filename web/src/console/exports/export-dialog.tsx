import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { chinaDayOf } from '../../../../shared/contract/china-day.ts';
import { saveFile } from '../../core/save-file.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useConsole } from '../console-context.ts';
import { useText } from '../use-text.ts';
import { type ExportKind, wholeExport } from './whole-export.ts';

const MONTH_MS = 29 * 86_400_000;
const FIELDS = [
  ['firstDay', 'exportFirstDay'],
  ['lastDay', 'exportLastDay'],
] as const;

interface ExportDialogProps {
  readonly kind: ExportKind;
  readonly onClose: () => void;
}

/** Asks for days, in China, and hands their file to the browser. Closed meanwhile, it asks for no more parts. */
export function ExportDialog({ kind, onClose }: ExportDialogProps) {
  const { say } = useText();
  const { client } = useConsole();
  const [days, setDays] = useState(() => ({
    firstDay: chinaDayOf(Date.now() - MONTH_MS),
    lastDay: chinaDayOf(Date.now()),
  }));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const fields = error instanceof ApiCallError ? error.fields : [];
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const control = new AbortController();
    const { signal } = control;
    running.current = control;
    setBusy(true);
    setError(null);
    try {
      const { fileName, csv } = await wholeExport(client, kind, days, signal);
      saveFile(new Blob([csv], { type: 'text/csv' }), fileName);
      toast(say('exportDone', { name: fileName }));
      onClose();
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={say(kind === 'orders' ? 'exportOrders' : 'exportDays')} onClose={onClose}>
      <form className="dialog-form" noValidate onSubmit={(event) => void send(event)}>
        <p className="muted">{say(kind === 'orders' ? 'exportOrdersText' : 'exportDaysText')}</p>
        {FIELDS.map(([name, label]) => (
          <TextField
            key={name}
            id={`export-${name}`}
            type="date"
            label={say(label)}
            error={fields.find(({ path }) => path === name)?.message}
            value={days[name]}
            onChange={(value) => setDays((all) => ({ ...all, [name]: value }))}
          />
        ))}
        {error !== null && fields.length === 0 && <Failure error={error} />}
        <div className="buttons">
          <button type="submit" className="button button-primary" disabled={isBusy}>
            {say(isBusy ? 'exporting' : 'exportSubmit')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
