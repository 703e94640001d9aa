import { useState } from 'react';
import { formatStamp } from '../../core/format.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { ExportButton } from '../exports/export-button.tsx';
import { hashWith } from '../hash-query.ts';
import { DayChart } from '../overview/day-chart.tsx';
import { Failures } from '../overview/failures.tsx';
import { FigureTiles } from '../overview/figure-tiles.tsx';
import { type Overview, useOverview } from '../overview/use-overview.ts';
import { Waiting } from '../overview/waiting.tsx';
import { PageHead } from '../page-head.tsx';
import { useText } from '../use-text.ts';

const PERIODS = [
  ['today', 'periodToday'],
  ['7days', 'period7'],
  ['30days', 'period30'],
] as const;

/** How it goes, and what waits. */
export function OverviewPage() {
  const { say, language } = useText();
  const overview = useOverview();
  const measuredAtMs = overview.data?.measuredAtMs;
  const lead = measuredAtMs ? say('measuredAt', { time: formatStamp(measuredAtMs, language) }) : say('measuredNever');
  return (
    <div className="page page-wide">
      <PageHead title={say('overview')} {...(overview.data && { lead })}>
        <ExportButton kind="days" />
      </PageHead>
      <Loaded query={overview}>{(found) => <Body overview={found} />}</Loaded>
    </div>
  );
}

function Body({ overview }: { readonly overview: Overview }) {
  const { say } = useText();
  const [period, setPeriod] = useState<(typeof PERIODS)[number][0]>('today');
  const [day, setDay] = useState<string | null>(null);
  const found = overview.periods.find((one) => one.period === period);
  const shownDay = overview.days.find((one) => one.day === day);
  const figures = (shownDay ?? found)?.figures ?? null;
  const onlyDay = shownDay?.day ?? (period === 'today' ? found?.firstDay : undefined);
  return (
    <>
      <Waiting now={overview.now} />
      <section>
        <div className="section-head">
          <h2>{shownDay ? say('figuresOfDay', { day: shownDay.day }) : say('figures')}</h2>
          <ChoiceBar
            legend={say('period')}
            name="period"
            choices={PERIODS.map(([one, text]) => [one, say(text)])}
            chosen={shownDay ? null : period}
            onChoose={(one) => {
              setDay(null);
              setPeriod(one);
            }}
          />
        </div>
        <FigureTiles figures={figures} />
        {onlyDay !== undefined && (
          <p className="buttons">
            <a href={hashWith('tasks', { day: onlyDay })}>{say('tasksOfDay')}</a>
            <a href={hashWith('orders', { day: onlyDay })}>{say('ordersOfDay')}</a>
          </p>
        )}
      </section>
      <DayChart days={overview.days} chosen={day} onChoose={setDay} />
      <Failures figures={figures} day={onlyDay} />
    </>
  );
}
