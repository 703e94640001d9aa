import { useState } from 'react';
import { formatStamp } from '../../core/format.ts';
import { Failure, Loading } from '../../ui/messages.tsx';
import { DayChart } from '../overview/day-chart.tsx';
import { Failures } from '../overview/failures.tsx';
import { FigureTiles } from '../overview/figure-tiles.tsx';
import { type Overview, useOverview } from '../overview/use-overview.ts';
import { Waiting } from '../overview/waiting.tsx';
import { PageHead } from '../page-head.tsx';
import { useText } from '../use-text.ts';

const PERIODS = { today: 'periodToday', '7days': 'period7', '30days': 'period30' } as const;

/** How it goes, and what waits. */
export function OverviewPage() {
  const { say, language } = useText();
  const overview = useOverview();
  const measuredAtMs = overview.data?.measuredAtMs;
  const lead = measuredAtMs ? say('measuredAt', { time: formatStamp(measuredAtMs, language) }) : say('measuredNever');
  return (
    <div className="page page-wide">
      <PageHead title={say('overview')} {...(overview.data && { lead })} />
      {overview.isPending && <Loading />}
      {overview.isError && <Failure error={overview.error} onRetry={() => void overview.refetch()} />}
      {overview.data && <Body overview={overview.data} />}
    </div>
  );
}

function Body({ overview }: { readonly overview: Overview }) {
  const { say } = useText();
  const [period, setPeriod] = useState<keyof typeof PERIODS>('today');
  const [day, setDay] = useState<string | null>(null);
  const found = overview.periods.find((one) => one.period === period);
  const shownDay = overview.days.find((one) => one.day === day);
  const figures = (shownDay ?? found)?.figures ?? null;
  return (
    <>
      <Waiting now={overview.now} />
      <section>
        <div className="section-head">
          <h2>{shownDay ? say('figuresOfDay', { day: shownDay.day }) : say('figures')}</h2>
          <fieldset className="filters">
            <legend className="visually-hidden">{say('period')}</legend>
            {(Object.keys(PERIODS) as (keyof typeof PERIODS)[]).map((one) => (
              <label key={one} className="filter">
                <input
                  type="radio"
                  name="period"
                  checked={!shownDay && period === one}
                  onChange={() => {
                    setDay(null);
                    setPeriod(one);
                  }}
                />
                <span>{say(PERIODS[one])}</span>
              </label>
            ))}
          </fieldset>
        </div>
        <FigureTiles figures={figures} />
      </section>
      <DayChart days={overview.days} chosen={day} onChoose={setDay} />
      <Failures figures={figures} />
    </>
  );
}
