import { causeText } from '../tasks/cause.tsx';
import { useText } from '../use-text.ts';
import type { Figures } from './use-overview.ts';

/** Why tasks failed, most frequent first. */
export function Failures({ figures }: { readonly figures: Figures | null }) {
  const { say, language } = useText();
  if (!figures || figures.failures.length === 0) return null;
  const most = Math.max(...figures.failures.map(({ tasks }) => tasks));
  return (
    <section>
      <div className="section-head">
        <h2>{say('failures')}</h2>
        <a href="#/tasks?state=failed">{say('failedTasks')}</a>
      </div>
      <ul className="panel failures">
        {figures.failures.map(({ errorCode, tasks }) => (
          <li key={errorCode}>
            <span title={errorCode}>{causeText(errorCode, language)}</span>
            <span>{tasks}</span>
            <meter min={0} max={most} value={tasks} aria-label={causeText(errorCode, language)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
