import { useState } from 'react';
import { formatYuan } from '../../core/format.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { useText } from '../use-text.ts';
import type { Figures, Overview } from './use-overview.ts';

interface DayChartProps {
  readonly days: Overview['days'];
  readonly chosen: string | null;
  /** Null: no day in particular any more. */
  readonly onChoose: (day: string | null) => void;
}

const MEASURES = [
  ['tasksCreated', ({ tasks }: Figures) => tasks.created, String],
  ['tasksFailed', ({ tasks }: Figures) => tasks.failed, String],
  ['revenue', ({ money }: Figures) => money.revenueFen, formatYuan],
  ['creditsUsed', ({ credits }: Figures) => credits.used, String],
] as const;

/** Thirty days as columns; one that is pressed shows its figures above. A day that nobody measured has no column. */
export function DayChart({ days, chosen, onChoose }: DayChartProps) {
  const { say } = useText();
  const [at, setAt] = useState(0);
  const [name, read, shown] = MEASURES[at] ?? MEASURES[0];
  const values = days.map(({ day, figures }) => ({ day, value: figures === null ? null : read(figures) }));
  const most = Math.max(1, ...values.map(({ value }) => value ?? 0));
  return (
    <section>
      <div className="section-head">
        <h2>{say('byDays')}</h2>
        <ChoiceBar
          legend={say('measure')}
          name="measure"
          choices={MEASURES.map(([one], index) => [index, say(one)])}
          chosen={at}
          onChoose={setAt}
        />
      </div>
      <div className="panel chart">
        <p className="hint">{say('chartMost', { name: say(name), most: shown(most) })}</p>
        <ol>
          {values.map(({ day, value }) => (
            <li key={day}>
              <button
                type="button"
                disabled={value === null}
                aria-pressed={chosen === day}
                aria-label={`${day} ${value === null ? say('noFigures') : `${say(name)} ${shown(value)}`}`}
                title={`${day} · ${value === null ? say('noFigures') : shown(value)}`}
                onClick={() => onChoose(chosen === day ? null : day)}
              >
                <span
                  style={{ height: value === null ? '100%' : `${Math.max(2, (Math.max(0, value) / most) * 100)}%` }}
                />
              </button>
            </li>
          ))}
        </ol>
        <p className="chart-ends hint">
          <span>{values[0]?.day}</span>
          <span>{values.at(-1)?.day}</span>
        </p>
      </div>
    </section>
  );
}
