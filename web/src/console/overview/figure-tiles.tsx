import { formatYuan } from '../../core/format.ts';
import { useText } from '../use-text.ts';
import type { Figures } from './use-overview.ts';

/** What nobody has measured is said to be so: it is not nothing. */
export function FigureTiles({ figures }: { readonly figures: Figures | null }) {
  const { say } = useText();
  if (!figures) return <p className="empty">{say('noFigures')}</p>;
  const { tasks, successRate, money, credits, newMerchants } = figures;
  const rate = successRate === null ? say('noRate') : say('successRate', { rate: (successRate * 100).toFixed(1) });
  const tiles = [
    [
      say('revenue'),
      formatYuan(money.revenueFen),
      say(money.lateOrders > 0 ? 'revenueNoteLate' : 'revenueNote', {
        ...{ n: money.orders, late: money.lateOrders },
        ...{ paid: formatYuan(money.paidFen), back: formatYuan(money.refundedFen) },
      }),
    ],
    [say('tasksCreated'), tasks.created, rate],
    [say('tasksFailed'), tasks.failed, say('tasksNote', { open: tasks.open, gone: tasks.canceled + tasks.expired })],
    [say('creditsUsed'), credits.used, say('creditsNote', { back: credits.returned })],
    [say('creditsSold'), credits.sold, say('creditsGiven', { n: credits.given })],
    [say('newMerchants'), newMerchants, ''],
  ] as const;
  return (
    <div className="figure-tiles">
      {tiles.map(([name, value, note]) => (
        <div key={name} className="figure-tile">
          <p className="tile-label">{name}</p>
          <p className="figure">{value}</p>
          <p className="tile-note">{note}</p>
        </div>
      ))}
    </div>
  );
}
