import { outputName } from '../output-name.ts';
import { useQuota } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { type Card, photoFieldOf } from './card-form.ts';

interface SummaryProps {
  readonly card: Card;
  /** How many tasks it will be: one a photo. */
  readonly photos: number;
  readonly isBusy: boolean;
}

/** What it takes and what is left, before the button. */
export function CostSummary({ card, photos, isBusy }: SummaryProps) {
  const { say } = useText();
  const available = useQuota().data?.available;
  const cost = photos * card.credits;
  const short = available === undefined ? 0 : Math.max(0, cost - available);
  const cannotStart = available !== undefined && available < Math.max(cost, card.credits);
  return (
    <aside className="summary" aria-label={say('summary')}>
      <p className="tile-label">{say('summary')}</p>
      <p className="tile-figure" data-testid="cost">
        {cost}
      </p>
      {photoFieldOf(card) && <p className="hint">{say('summaryLine', { photos, credits: card.credits })}</p>}
      <dl className="pairs-list">
        <div>
          <dt>{say('balanceNow')}</dt>
          <dd>{available ?? '…'}</dd>
        </div>
        <div>
          <dt>{say('balanceAfter')}</dt>
          <dd>{available === undefined ? '…' : Math.max(0, available - cost)}</dd>
        </div>
      </dl>
      {cannotStart ? (
        <>
          {short > 0 && <p className="bad-text">{say('short', { n: short })}</p>}
          <a className="button button-primary button-wide button-large" href="#/membership">
            {say('buyPlan')}
          </a>
        </>
      ) : (
        <button type="submit" className="button button-primary button-wide button-large" disabled={isBusy}>
          {say(isBusy && photos > 0 ? 'submitting' : 'submit')}
        </button>
      )}
      <p className="hint">{say('refundPromise')}</p>
      <p className="tile-label">{say('results')}</p>
      <ul className="results-promised">
        {card.outputs.map(({ name }) => (
          <li key={name}>{outputName(name, say)}</li>
        ))}
      </ul>
    </aside>
  );
}
