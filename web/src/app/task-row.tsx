import { memo, useEffect, useRef, useState } from 'react';
import type * as z from 'zod/mini';
import type { taskSummary } from '../../../shared/contract/tasks.ts';
import { formatTime } from '../core/format.ts';
import { Icon } from '../ui/icon.tsx';
import { TaskStateTag } from '../ui/state-tag.tsx';
import { useFeatures, useTask } from './use-api.ts';
import { useText } from './use-text.ts';

export type TaskSummary = z.output<typeof taskSummary>;

interface TaskRowProps {
  readonly task: TaskSummary;
  /** Its place in a list of which only a part is drawn. */
  readonly at?: number;
  readonly of?: number;
}

/** A row that is only passed by asks for nothing. */
const STAYS_MS = 150;

/** One task of a list, drawn again only when it has changed: a list may hold thousands. Its picture is asked for when it comes into view. */
export const TaskRow = memo(function TaskRow({ task, at, of }: TaskRowProps) {
  const { say, language } = useText();
  return (
    <li aria-posinset={at} aria-setsize={of}>
      <a className="task-row" href={`#/tasks/${task.taskId}`}>
        <Thumbnail task={task} />
        <span className="task-row-text">
          <span className="task-row-name">
            <CardName featureId={task.featureId} />
          </span>
          <span className="hint">{formatTime(task.createdAtMs, language)}</span>
          {task.error && <span className="hint bad-text">{task.error.message}</span>}
        </span>
        <span className="task-row-end">
          <TaskStateTag state={task.state} />
          <span className="hint">
            {task.refunded ? say('taskRefunded', { n: task.credits }) : say('creditsLeft', { n: task.credits })}
          </span>
        </span>
      </a>
    </li>
  );
});

/** The card's name in the user's language; its id when the card is closed meanwhile. */
export function CardName({ featureId }: { readonly featureId: string }) {
  const { language } = useText();
  const card = useFeatures().data?.features.find((one) => one.featureId === featureId);
  if (!card) return featureId;
  return language === 'en' ? card.nameEn : card.nameZh;
}

function Thumbnail({ task }: { readonly task: TaskSummary }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver((entries) => {
      clearTimeout(timer);
      if (entries.at(-1)?.isIntersecting) timer = setTimeout(() => setSeen(true), STAYS_MS);
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);
  const hasPicture = isSeen && task.state === 'succeeded';
  return (
    <span ref={place} className="thumbnail checkered">
      {hasPicture ? <TaskPicture taskId={task.taskId} /> : <Icon name="image" size={24} />}
    </span>
  );
}

function TaskPicture({ taskId }: { readonly taskId: string }) {
  const { data } = useTask(taskId);
  const picture = data?.outputs.find(({ contentType }) => contentType === 'image/jpeg') ?? data?.outputs[0];
  if (!picture) return <Icon name="image" size={24} />;
  return <img src={picture.url} alt="" loading="lazy" decoding="async" />;
}
