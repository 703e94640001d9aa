import { useState } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { useConsole } from '../console-context.ts';
import { useText } from '../use-text.ts';
import { ExportDialog } from './export-dialog.tsx';
import type { ExportKind } from './whole-export.ts';

/** For operators: support takes nothing out of the house. */
export function ExportButton({ kind }: { readonly kind: ExportKind }) {
  const { say } = useText();
  const { canWrite } = useConsole();
  const [isAsking, setAsking] = useState(false);
  if (!canWrite) return null;
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        <Icon name="download" size={18} /> {say(kind === 'orders' ? 'exportOrders' : 'exportDays')}
      </button>
      {isAsking && <ExportDialog kind={kind} onClose={() => setAsking(false)} />}
    </>
  );
}
