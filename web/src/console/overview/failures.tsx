import { hashWith } from '../hash-query.ts';
import { causeText } from '../tasks/cause.tsx';
import { useText } from '../use-text.ts';
import type { Figures } from './use-overview.ts';

interface FailuresProps {
  readonly figures: Figures | null;
  /** The one that the figures are of. */
  readonly day: string | undefined;
}

/** Why tasks failed, most frequent first, and the way to those of each cause. */
export function Failures({ figures, day = '' }: FailuresProps) {
  const { say, language } = useText();
  if (!figures || figures.failures.length === 0) return null;
  const most = Math.max(...figures.failures.map(({ tasks }) => tasks));
  return (
    <section>
      <div className="section-head">
        <h2>{say('failures')}</h2>
        <a href={hashWith('tasks', { state: 'failed', day })}>{say('failedTasks')}</a>
      </div>
      <ul className="panel failures">
        {figures.failures.map(({ errorCode, tasks }) => (
          <li key={errorCode}>
            <a href={hashWith('tasks', { errorCode, day })} title={errorCode}>
              {causeText(errorCode, language)}
            </a>
            <span>{tasks}</span>
            <meter min={0} max={most} value={tasks} aria-label={causeText(errorCode, language)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
