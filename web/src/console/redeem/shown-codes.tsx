import { useState } from 'react';
import { saveFile } from '../../core/save-file.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useText } from '../use-text.ts';

interface ShownCodesProps {
  readonly name: string;
  /** As the service wrote it: a heading, then a code a line. */
  readonly csv: string;
  readonly onClose: () => void;
}

const CODE = /[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}/g;

/** Codes are in one answer and nowhere else: the dialog stays until somebody says that they have them. */
export function ShownCodes({ name, csv, onClose }: ShownCodesProps) {
  const { say } = useText();
  const [hasSaved, setSaved] = useState(false);
  const codes = csv.match(CODE) ?? [];
  const save = (): void => {
    saveFile(new Blob([csv], { type: 'text/csv' }), `${name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')}.csv`);
    setSaved(true);
  };
  return (
    <Dialog title={say('codesTitle', { name })}>
      <div className="notice notice-warn" role="alert">
        <Icon name="alert" />
        <p>{say('codesOnce')}</p>
      </div>
      <textarea
        className="mono codes"
        readOnly
        rows={Math.min(10, codes.length)}
        aria-label={say('codes')}
        value={codes.join('\n')}
      />
      <div className="buttons">
        <button type="button" className="button button-primary" onClick={save}>
          <Icon name="download" size={18} /> {say('codesDownload', { n: codes.length })}
        </button>
      </div>
      <label className="check">
        <input type="checkbox" checked={hasSaved} onChange={(event) => setSaved(event.target.checked)} />
        <span>{say('codesSaved')}</span>
      </label>
      <div className="buttons">
        <button type="button" className="button" disabled={!hasSaved} onClick={onClose}>
          {say('close')}
        </button>
      </div>
    </Dialog>
  );
}
