import { TASK_ERRORS, type TaskErrorCode } from '../../../../shared/contract/errors.ts';
import { useText } from '../use-text.ts';
import type { Figures } from './use-overview.ts';

/** Why tasks failed, most frequent first. */
export function Failures({ figures }: { readonly figures: Figures | null }) {
  const { say, language } = useText();
  if (!figures || figures.failures.length === 0) return null;
  const most = Math.max(...figures.failures.map(({ tasks }) => tasks));
  const textOf = (code: string): string =>
    (TASK_ERRORS[code as TaskErrorCode] as (typeof TASK_ERRORS)[TaskErrorCode] | undefined)?.[language] ?? code;
  return (
    <section>
      <div className="section-head">
        <h2>{say('failures')}</h2>
        <a href="#/tasks?state=failed">{say('failedTasks')}</a>
      </div>
      <ul className="panel failures">
        {figures.failures.map(({ errorCode, tasks }) => (
          <li key={errorCode}>
            <span title={errorCode}>{textOf(errorCode)}</span>
            <span>{tasks}</span>
            <meter min={0} max={most} value={tasks} aria-label={textOf(errorCode)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
