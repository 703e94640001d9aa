import { formatTime } from '../../core/format.ts';
import { useRowWindow } from '../../ui/use-row-window.ts';
import { useText } from '../use-text.ts';
import { ENTRY_KINDS, type LedgerEntry, signed } from './entry-text.ts';

export function LedgerTable({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const { say, language } = useText();
  const { place, from, to, abovePx, belowPx } = useRowWindow<HTMLTableSectionElement>(entries.length);
  return (
    <div className="table-frame">
      <table className="ledger" aria-rowcount={entries.length + 1}>
        <thead>
          <tr>
            <th scope="col">{say('time')}</th>
            <th scope="col">{say('kind')}</th>
            <th scope="col" className="number">
              {say('change')}
            </th>
            <th scope="col" className="number">
              {say('balance')}
            </th>
            <th scope="col">{say('about')}</th>
          </tr>
        </thead>
        <tbody ref={place}>
          {abovePx > 0 && <tr className="row-space" style={{ height: abovePx }} />}
          {entries.slice(from, to).map((entry, index) => (
            <tr key={entry.entryId} aria-rowindex={from + index + 2}>
              <td>{formatTime(entry.createdAtMs, language)}</td>
              <td>{say(ENTRY_KINDS[entry.kind])}</td>
              <td className={`number ${entry.amount > 0 ? 'good-text' : ''}`}>{signed(entry.amount)}</td>
              <td className="number">{entry.balance}</td>
              <td>
                <EntryLink entry={entry} />
              </td>
            </tr>
          ))}
          {belowPx > 0 && <tr className="row-space" style={{ height: belowPx }} />}
        </tbody>
      </table>
    </div>
  );
}

function EntryLink({ entry: { taskId, orderId } }: { readonly entry: LedgerEntry }) {
  const { say } = useText();
  if (taskId) return <a href={`#/tasks/${taskId}`}>{`${say('task')} …${taskId.slice(-6)}`}</a>;
  if (orderId) return <a href={`#/orders/${orderId}`}>{`${say('order')} …${orderId.slice(-6)}`}</a>;
  return null;
}
